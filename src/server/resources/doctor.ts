import { z } from 'zod';
import type { DoctorOptions, DoctorRow } from '../../app/app.ts';
import { doctorRow } from '../reports.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';
import { told, toldLines } from '../told.ts';

const rows = z.array(doctorRow);

export const doctorRoute = route<Omit<DoctorOptions, 'onProgress'>, readonly DoctorRow[]>({
  method: 'POST',
  path: '/api/doctor',
  summary: 'Live checks of the connected systems, each with a fix',
  description: `With \`install\` it first sets up what is missing at the vendors: safe to repeat. \`repair\` mends what was edited or deleted of it. \`connection\` names the one to look at. ${toldLines}`,
  input: z.strictObject({
    install: z.enum(['keys', 'package', 'trigger']).nullable().default(null),
    connection: z.string().min(1).optional(),
    recordType: z.string().min(1).optional(),
    repair: z.boolean().optional(),
  }),
  output: rows,
  lines: told(rows),
});

export const doctor: Resource = (mount, app) =>
  mount(doctorRoute, (asked, { tell }) => app.doctor({ ...asked, onProgress: (progress) => void tell({ progress }) }));

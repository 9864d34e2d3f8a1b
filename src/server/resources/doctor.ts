import { z } from 'zod';
import type { DoctorRow } from '../../app/app.ts';
import { doctorRow } from '../reports.ts';
import type { Resource } from '../resource.ts';
import { route } from '../route.ts';

export const doctorRoute = route<{ install: 'keys' | null }, readonly DoctorRow[]>({
  method: 'POST',
  path: '/api/doctor',
  summary: 'Live checks of the connected systems, each with a fix',
  description: 'With `install` it first sets up what is missing at the vendors: safe to repeat.',
  input: z.strictObject({ install: z.enum(['keys']).nullable().default(null) }),
  output: z.array(doctorRow),
});

export const doctor: Resource = (mount, app) => mount(doctorRoute, (options) => app.doctor(options));

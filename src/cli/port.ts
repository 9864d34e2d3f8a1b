import { z } from 'zod';

/** A port as it is typed; 0 takes a free one. */
export const port = z.coerce
  .number('give a port between 0 and 65535')
  .int('give a port between 0 and 65535')
  .min(0, 'give a port between 0 and 65535')
  .max(65_535, 'give a port between 0 and 65535');

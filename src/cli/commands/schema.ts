import { z } from 'zod';
import { defineCommand } from '../define.ts';
import { exitCodes } from '../errors.ts';

export const schema = defineCommand({
  name: 'schema',
  summary: 'JSON Schema of the config, presets’ options included',
  description:
    'Prints the JSON Schema of the config. An editor that knows it completes keys and marks mistakes while you type.',
  examples: [
    [
      'schema > syncline.schema.json',
      'then the first line of syncline.yaml: # yaml-language-server: $schema=syncline.schema.json',
    ],
  ],
  needs: 'nothing',
  schema: z.object({}),
  async act(cli, common) {
    const { configJsonSchema } = await import('../../app/config/json-schema.ts');
    const { systems } = await import('../../systems/index.ts');
    cli.shell.stdout.write(`${JSON.stringify(configJsonSchema(systems), null, common.json ? 0 : 2)}\n`);
    return exitCodes.ok;
  },
});

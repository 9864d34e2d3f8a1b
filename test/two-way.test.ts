import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openScreen } from './screen.ts';
import { textOf } from './source-text.ts';
import { createReader, stepsOf } from './transcript.ts';

/** docs/two-way.md, typed as a reader would: what it shows is what is printed, but for ids, times and what it leaves out. */
it('docs/two-way.md shows what its commands print', async () => {
  const screen = await openScreen();
  try {
    const reader = createReader();
    const steps = stepsOf(textOf('docs/two-way.md'));
    for (const { does, text, shown } of steps) {
      if (does === 'config') {
        await writeFile(join(screen.folder, 'syncline.yaml'), text);
        continue;
      }
      const command = reader.translate(text);
      const printed = await screen.type(command);
      expect(reader.differs(shown, printed), `${command}\n${printed}`).toBeNull();
    }
    expect(steps.length).toBeGreaterThan(40);
    expect(await readFile(join(screen.folder, 'syncline.yaml'), 'utf8')).toContain('crm: Description, desk: notes }');
  } finally {
    await screen.close();
  }
}, 60_000);

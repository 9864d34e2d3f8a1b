import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * `npm test`: everything that CI runs, one after the other, because the machine may have two cores only. All of it runs even where
 * something fails, so that one run tells everything. The last line is `N passed, N failed`: each check counts as one, each test as one.
 */
interface Result {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly tookMs: number;
}

const root = join(import.meta.dirname, '..');
const bin = (path: string): string => join(root, 'node_modules', path);

/** Longer than all of it may ever take: something hangs, and CI should hear of it rather than wait. */
const patienceMs = 9 * 60_000;

/** Runs a script on this very Node, says what it says, and answers its exit code; null where it had to be ended. */
async function runScript(script: string, args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const alarm = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  try {
    return await new Promise((done, broken) => {
      child.once('error', broken);
      child.once('close', done);
    });
  } finally {
    clearTimeout(alarm);
  }
}

async function check(name: string, steps: readonly (readonly [script: string, ...args: string[]])[]): Promise<Result> {
  console.log(`\n── ${name}`);
  const started = Date.now();
  let failed = 0;
  for (const [script, ...args] of steps) {
    if (failed === 0 && (await runScript(script, args)) !== 0) failed = 1;
  }
  return { name, passed: 1 - failed, failed, tookMs: Date.now() - started };
}

/** What is read of vitest's JSON report. */
const report = z.object({
  numTotalTests: z.number(),
  numPassedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

async function runTests(): Promise<Result> {
  console.log('\n── tests');
  const started = Date.now();
  const folder = await mkdtemp(join(tmpdir(), 'syncline-test-'));
  const file = join(folder, 'report.json');
  try {
    const code = await runScript(bin('vitest/vitest.mjs'), [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]);
    const counted = await countTests(file);
    // A run that failed without a failing test (an error outside of tests, nothing found, ended by us) failed all the same.
    const failed = code !== 0 && counted.failed === 0 ? 1 : counted.failed;
    return { name: 'tests', passed: counted.passed, failed, tookMs: Date.now() - started };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function countTests(file: string): Promise<{ readonly passed: number; readonly failed: number }> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    console.error('vitest left no report');
    return { passed: 0, failed: 1 };
  }
  const { numTotalTests, numPassedTests, testResults } = report.parse(JSON.parse(text));
  // A file that could not be loaded has no tests to fail: it counts as one. A test that did not run has not passed.
  const broken = testResults.filter((each) => each.status === 'failed' && each.assertionResults.length === 0).length;
  return { passed: numPassedTests, failed: numTotalTests - numPassedTests + broken };
}

const results: readonly Result[] = [
  await check('types', [[bin('typescript/bin/tsc'), '--noEmit']]),
  await check('lint', [[bin('@biomejs/biome/bin/biome'), 'check', '.']]),
  await check('dead code', [[bin('knip/bin/knip.js')]]),
  await check('build', [
    [bin('typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
    [join(root, 'dist', 'cli', 'main.js'), '--version'],
  ]),
  await runTests(),
];

console.log('\n── summary');
for (const { name, passed, failed, tookMs } of results) {
  const seconds = `${(tookMs / 1000).toFixed(1)} s`;
  console.log(
    `${failed === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds.padStart(8)}  ${passed} passed, ${failed} failed`,
  );
}
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

import { z } from 'zod';
import type { JsonObject } from '../../../../twins/json.ts';
import { deploymentDuration } from '../delays.ts';
import { RowError } from '../errors.ts';
import type { Org } from '../org.ts';
import { toSecond } from '../time.ts';
import type { Writer } from '../writer.ts';
import { type ComponentResult, deployPackage } from './deploy.ts';
import { PackageError, readPackage } from './package.ts';

/** Deployments: queued, put in when their time comes, and asked after by id. */
export interface Metadata {
  /** Throws RowError. */
  deploy(zip: Uint8Array, options: unknown, user: string): Deployment;
  /** Puts in what an earlier check has shown to be good. Throws RowError. */
  deployValidated(id: string, user: string): Deployment;
  find(id: string): Deployment | undefined;
  cancel(deployment: Deployment): void;
  /** Does what deployments have done by now. */
  advance(now: number): void;
  reset(): void;
}

const flag = z.union([z.boolean(), z.stringbool()]);

/** Source: Metadata API Developer Guide, "deploy()", DeployOptions. */
const optionsSchema = z.looseObject({
  allowMissingFiles: flag.default(false),
  autoUpdatePackage: flag.default(false),
  checkOnly: flag.default(false),
  ignoreWarnings: flag.default(false),
  performRetrieve: flag.default(false),
  purgeOnDelete: flag.default(false),
  rollbackOnError: flag.default(true),
  runAllTests: flag.default(false),
  singlePackage: flag.default(false),
  testLevel: z.string().nullable().default(null),
});
export type DeployOptions = z.infer<typeof optionsSchema>;

export interface Deployment {
  readonly id: string;
  readonly zip: Uint8Array;
  readonly options: DeployOptions;
  readonly user: string;
  readonly createdAt: number;
  readonly startAt: number;
  readonly finishAt: number;
  status: 'Pending' | 'InProgress' | 'Succeeded' | 'SucceededPartial' | 'Failed' | 'Canceled';
  changedAt: number;
  results: readonly ComponentResult[];
  errorMessage: string | null;
}

export function isDone({ status }: Deployment): boolean {
  return status !== 'Pending' && status !== 'InProgress';
}

export function createMetadata(org: Org): Metadata {
  const deployments = new Map<string, Deployment>();

  const open = (zip: Uint8Array, options: DeployOptions, user: string): Deployment => {
    const now = org.clock.now();
    const tookMs = deploymentDuration(org);
    const deployment: Deployment = {
      id: org.ids.next('0Af'),
      zip,
      options,
      user,
      createdAt: now,
      startAt: now + tookMs * 0.2,
      finishAt: now + tookMs,
      status: 'Pending',
      changedAt: now,
      results: [],
      errorMessage: null,
    };
    deployments.set(deployment.id, deployment);
    return deployment;
  };

  const run = (deployment: Deployment): void => {
    const { options, zip, user, finishAt } = deployment;
    const transaction = org.store.begin(user, '');
    const common = { trusted: true, allowDuplicates: true, refuse: () => null };
    const writer: Writer = { org, transaction, user, at: toSecond(finishAt), ...common };
    deployment.changedAt = finishAt;
    try {
      const keep = options.checkOnly ? 'none' : options.rollbackOnError ? 'all' : 'good';
      deployment.results = deployPackage(writer, readPackage(zip), keep);
      transaction.commit(0);
      org.store.settle(org.clock.now());
    } catch (error) {
      if (!(error instanceof PackageError)) throw error;
      transaction.rollback(0);
      deployment.errorMessage = error.message;
      deployment.status = 'Failed';
      return;
    }
    const bad = deployment.results.filter(({ done }) => done === 'failed').length;
    const isPartial = bad < deployment.results.length && !options.rollbackOnError && !options.checkOnly;
    deployment.status = bad === 0 ? 'Succeeded' : isPartial ? 'SucceededPartial' : 'Failed';
  };

  return {
    deploy(zip, given, user) {
      const parsed = optionsSchema.safeParse(given ?? {});
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw new RowError('INVALID_OPERATION', `deployOptions.${issue?.path.join('.')}: ${issue?.message}`, []);
      }
      return open(zip, parsed.data, user);
    },
    deployValidated(id, user) {
      const checked = deployments.get(id);
      if (checked?.status !== 'Succeeded' || !checked.options.checkOnly)
        throw new RowError('INVALID_ID_FIELD', `${id} is not the id of a validated deployment`, []);
      return open(checked.zip, { ...checked.options, checkOnly: false }, user);
    },
    find: (id) =>
      deployments.get(id) ?? [...deployments.values()].find((one) => id.length === 15 && one.id.startsWith(id)),
    cancel(deployment) {
      if (isDone(deployment)) return;
      deployment.status = 'Canceled';
      deployment.changedAt = org.clock.now();
    },
    advance(now) {
      for (const deployment of deployments.values()) {
        if (deployment.status === 'Pending' && now >= deployment.startAt) deployment.status = 'InProgress';
        if (deployment.status === 'InProgress' && now >= deployment.finishAt) run(deployment);
      }
    },
    reset: () => deployments.clear(),
  };
}

/** A deployment as both APIs tell it. Source: Metadata API Developer Guide, "DeployResult". */
export function describeDeployment(org: Org, deployment: Deployment, withDetails: boolean): JsonObject {
  const { id, options, status, results, user, errorMessage } = deployment;
  const failures = results.filter(({ done }) => done === 'failed');
  const date = (ms: number): string => new Date(ms).toISOString();
  const done = isDone(deployment);
  const name = String(org.store.visible('User', user)?.values.Name ?? '');
  const tests = { numberTestErrors: 0, numberTestsCompleted: 0, numberTestsTotal: 0, runTestsEnabled: false };
  return {
    ...(withDetails ? { details: detailsOf(deployment) } : {}),
    checkOnly: options.checkOnly,
    ...(done ? { completedDate: date(deployment.changedAt) } : {}),
    createdBy: user,
    createdByName: name,
    createdDate: date(deployment.createdAt),
    done,
    ...(errorMessage === null ? {} : { errorMessage, errorStatusCode: 'UNKNOWN_EXCEPTION' }),
    id,
    ignoreWarnings: options.ignoreWarnings,
    lastModifiedDate: date(deployment.changedAt),
    numberComponentErrors: failures.length,
    numberComponentsDeployed: results.length - failures.length,
    numberComponentsTotal: results.length,
    ...tests,
    rollbackOnError: options.rollbackOnError,
    ...(status === 'Pending' ? {} : { startDate: date(deployment.startAt) }),
    status,
    success: status === 'Succeeded' || status === 'SucceededPartial',
  };
}

function detailsOf({ results, finishAt }: Deployment): JsonObject {
  const messages = results.map((result) => messageOf(result, finishAt));
  return {
    componentFailures: messages.filter(({ success }) => success === false),
    componentSuccesses: messages.filter(({ success }) => success === true),
    runTestResult: { numFailures: 0, numTestsRun: 0, totalTime: 0 },
  };
}

function messageOf(
  { type, fullName, fileName, id, done, problem, line, column }: ComponentResult,
  at: number,
): JsonObject {
  return {
    changed: done === 'created' || done === 'changed' || done === 'deleted',
    ...(line > 0 && problem !== null ? { columnNumber: column } : {}),
    componentType: type,
    created: done === 'created',
    createdDate: new Date(at).toISOString(),
    deleted: done === 'deleted',
    fileName,
    fullName,
    ...(id === null ? {} : { id }),
    ...(line > 0 && problem !== null ? { lineNumber: line } : {}),
    ...(problem === null ? {} : { problem, problemType: 'Error' }),
    success: done !== 'failed',
  };
}

import type { World } from '../model/world.ts';
import { linesType } from './lines.ts';
import { isForeseen, logFailure, problemOf } from './problem.ts';
import type { Call } from './resource.ts';

/** How often an empty line goes out while nothing else does, so that nobody in between takes the connection for dead. */
const beatMs = 15_000;

/** Bytes that may wait for a client that reads slowly; more is made only when they are gone. */
const waitingBytes = 65_536;

/** An answer of lines: what the verb tells while it works, then its report, or the problem that ended it. */
export function streamed<Output>(
  verb: (call: Pick<Call, 'signal' | 'tell'>) => Promise<Output>,
  world: Pick<World, 'sleep' | 'log'>,
): Response {
  const gone = new AbortController();
  const ended = new AbortController();
  const encoder = new TextEncoder();
  let room = Promise.withResolvers<void>();
  const source: ConstructorParameters<typeof ReadableStream<Uint8Array>>[0] = {
    start(controller) {
      const send = (text: string): void => {
        if (!gone.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      const tell = async (line: unknown): Promise<void> => {
        send(`${JSON.stringify(line)}\n`);
        if (!gone.signal.aborted && (controller.desiredSize ?? 0) <= 0) await room.promise;
      };
      const beat = async (): Promise<void> => {
        while (!ended.signal.aborted) {
          await world.sleep(beatMs, ended.signal);
          if (!ended.signal.aborted) send('\n');
        }
      };
      const work = async (): Promise<void> => {
        try {
          const report = await verb({ signal: gone.signal, tell });
          send(`${JSON.stringify({ report })}\n`);
        } catch (error) {
          if (!isForeseen(error)) logFailure(world, error);
          send(`${JSON.stringify({ problem: problemOf(error) })}\n`);
        }
        ended.abort();
        if (!gone.signal.aborted) controller.close();
      };
      // Not awaited: a stream whose start does not end sends nothing. Neither can fail, each ends with the other.
      void beat();
      void work();
    },
    pull() {
      room.resolve();
      room = Promise.withResolvers();
    },
    cancel() {
      gone.abort();
      ended.abort();
      room.resolve();
    },
  };
  const stream = new ReadableStream(source, new ByteLengthQueuingStrategy({ highWaterMark: waitingBytes }));
  return new Response(stream, { headers: { 'content-type': linesType, 'cache-control': 'no-store' } });
}

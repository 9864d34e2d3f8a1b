import { FaultError } from '../../model/fault.ts';
import type { Attempt } from '../kit/attempt.ts';

/**
 * Questions that are asked at the same moment travel together: whoever asks first waits a little for the others, and all of them go in one
 * `send`. Each asker gets the answers to their own questions, and a question that fails fails for its asker alone.
 */
export function together<Ask, Answer>(
  moment: () => Promise<void>,
  send: (asks: readonly Ask[]) => Promise<readonly Attempt<Answer>[]>,
): (asks: readonly Ask[]) => Promise<readonly Answer[]> {
  interface Batch {
    readonly asks: Ask[];
    readonly answers: Promise<readonly Attempt<Answer>[]>;
  }
  let gathering: Batch | null = null;

  function begin(): Batch {
    const asks: Ask[] = [];
    const answers = moment().then(() => {
      gathering = null;
      return send(asks);
    });
    return { asks, answers };
  }

  return async (asks) => {
    gathering ??= begin();
    const from = gathering.asks.length;
    gathering.asks.push(...asks);
    const answers = (await gathering.answers).slice(from, from + asks.length);
    return answers.map((answer) => {
      if (!answer.ok) throw new FaultError(answer.fault);
      return answer.value;
    });
  };
}

import { centres } from './centres.ts';
import { creditsSpent, tooManyAtOnce } from './refusal.ts';
import { plans, type Settings } from './settings.ts';
import { dayMs } from './stamps.ts';

/** Credits of the portal's day, and calls under way at once. Source: Zoho Desk API, "API credits", "Concurrency". */
export interface Limiter {
  /** Takes the weight of one call, or refuses it; `left` is what the answer's header says. */
  spend(weight: number): number;
  /** A call has begun; undone by what this returns. Throws where too many are under way. */
  enter(): () => void;
  readonly left: number;
  clear(): void;
}

export function createLimiter(nowMs: () => number, settings: () => Settings): Limiter {
  let day = Number.NaN;
  let spent = 0;
  let underWay = 0;
  const startOfDayMs = (): number => {
    const offsetMs = centres[settings().dataCentre].offsetHours * 3_600_000;
    return Math.floor((nowMs() + offsetMs) / dayMs) * dayMs - offsetMs;
  };
  const allowed = (): number => {
    const { limits, plan, users } = settings();
    return limits.creditsPerDay ?? plans[plan].credits + plans[plan].perUser * users;
  };
  const roll = (): void => {
    const today = startOfDayMs();
    if (today === day) return;
    day = today;
    spent = 0;
  };
  const left = (): number => {
    roll();
    return Math.max(0, allowed() - spent);
  };
  return {
    spend(weight) {
      if (!settings().limits.off && left() < weight) throw creditsSpent(Math.ceil((day + dayMs - nowMs()) / 1_000));
      roll();
      spent += weight;
      return left();
    },
    enter() {
      const { limits, plan } = settings();
      if (!limits.off && underWay >= (limits.concurrency ?? plans[plan].concurrency)) throw tooManyAtOnce();
      underWay++;
      return () => {
        underWay--;
      };
    },
    get left() {
      return left();
    },
    clear() {
      day = Number.NaN;
      spent = 0;
    },
  };
}

/** What a page of a list costs by how far down it begins. Source: Zoho Desk API, "API credits", table of weights. */
export function listWeight(from: number, to10000: number): number {
  if (from <= 2_000) return 3;
  if (from <= 10_000) return to10000;
  if (from <= 50_000) return 10;
  return from <= 100_000 ? 50 : 100;
}

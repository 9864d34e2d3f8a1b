import type { JsonObject } from './json.ts';
import { iso } from './stamps.ts';

/** A note of an agent on a ticket. */
export interface Comment {
  readonly id: string;
  readonly content: string;
  readonly contentType: 'plainText' | 'html';
  readonly isPublic: boolean;
  readonly commenterId: string;
  readonly commentedMs: number;
  readonly modifiedMs: number | null;
}

/** One message of the conversation; the ticket's description is the first. */
export interface Thread {
  readonly id: string;
  readonly channel: string;
  readonly direction: 'in' | 'out';
  readonly content: string;
  readonly isDescription: boolean;
  readonly authorName: string;
  readonly authorEmail: string | null;
  readonly atMs: number;
}

export interface Talk {
  readonly comments: readonly Comment[];
  readonly threads: readonly Thread[];
}

const silence: Talk = { comments: [], threads: [] };

/** What was said on tickets, by ticket. */
export class Talks {
  readonly #talks = new Map<string, Talk>();

  of(ticketId: string): Talk {
    return this.#talks.get(ticketId) ?? silence;
  }

  addThread(ticketId: string, thread: Thread): void {
    const { comments, threads } = this.of(ticketId);
    this.#talks.set(ticketId, { comments, threads: [...threads, thread] });
  }

  dropThread(ticketId: string, threadId: string): void {
    const { comments, threads } = this.of(ticketId);
    this.#talks.set(ticketId, { comments, threads: threads.filter(({ id }) => id !== threadId) });
  }

  /** Adds it, or replaces the one with its id. */
  putComment(ticketId: string, comment: Comment): void {
    const { comments, threads } = this.of(ticketId);
    const isKnown = comments.some(({ id }) => id === comment.id);
    const after = isKnown ? comments.map((one) => (one.id === comment.id ? comment : one)) : [...comments, comment];
    this.#talks.set(ticketId, { comments: after, threads });
  }

  dropComment(ticketId: string, commentId: string): void {
    const { comments, threads } = this.of(ticketId);
    this.#talks.set(ticketId, { comments: comments.filter(({ id }) => id !== commentId), threads });
  }

  /** What was said on one ticket is now said on another. */
  move(from: string, to: string): void {
    const [left, right] = [this.of(from), this.of(to)];
    this.#talks.set(to, {
      comments: [...right.comments, ...left.comments],
      threads: [...right.threads, ...left.threads].sort((one, two) => one.atMs - two.atMs),
    });
    this.forget(from);
  }

  forget(ticketId: string): void {
    this.#talks.delete(ticketId);
  }
}

/** HTML without its tags. */
export function textIn(content: string): string {
  return content.replaceAll(/<[^>]*>/g, ' ').trim();
}

export function threadBody(thread: Thread, isWhole: boolean): JsonObject {
  const { id, channel, direction, content, isDescription, authorName, authorEmail, atMs } = thread;
  return {
    id,
    channel,
    direction,
    visibility: 'public',
    status: 'SUCCESS',
    isDescriptionThread: isDescription,
    hasAttach: false,
    createdTime: iso(atMs),
    contentType: 'text/html',
    author: {
      id: null,
      name: authorName,
      email: authorEmail,
      type: direction === 'in' ? 'END_USER' : 'AGENT',
      photoURL: null,
    },
    to: null,
    cc: null,
    bcc: null,
    attachments: [],
    ...(isWhole ? { content } : { summary: textIn(content).slice(0, 255) }),
  };
}

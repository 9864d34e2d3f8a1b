import type { IdMaker } from './ids.ts';
import type { JsonObject } from './json.ts';
import { notFound } from './refusal.ts';
import { iso } from './stamps.ts';

interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly isPublic: boolean;
  readonly creatorId: string;
  readonly createdMs: number;
}

/** Uploaded files: waiting for an owner, or attached to a record. */
export class Files {
  readonly #ids: IdMaker;
  readonly #uploads = new Map<string, StoredFile>();
  readonly #attached = new Map<string, readonly StoredFile[]>();

  constructor(ids: IdMaker) {
    this.#ids = ids;
  }

  upload(file: Omit<StoredFile, 'id'>): StoredFile {
    const stored = { ...file, id: this.#ids.next() };
    this.#uploads.set(stored.id, stored);
    return stored;
  }

  hasUpload(id: string): boolean {
    return this.#uploads.has(id);
  }

  of(module: string, recordId: string): readonly StoredFile[] {
    return this.#attached.get(`${module}/${recordId}`) ?? [];
  }

  /** The upload now belongs to this record. */
  attach(module: string, recordId: string, uploadId: string): void {
    const upload = this.#uploads.get(uploadId);
    if (upload === undefined) return;
    this.#uploads.delete(uploadId);
    this.#attached.set(`${module}/${recordId}`, [...this.of(module, recordId), upload]);
  }

  find(module: string, recordId: string, id: string): StoredFile {
    const found = this.of(module, recordId).find((file) => file.id === id);
    if (found === undefined) throw notFound();
    return found;
  }
}

export function fileBody({ id, name, bytes, isPublic, creatorId, createdMs }: StoredFile, href: string): JsonObject {
  return { id, name, size: String(bytes.length), isPublic, creatorId, createdTime: iso(createdMs), href };
}

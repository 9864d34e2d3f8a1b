import { accounts } from './accounts.ts';
import { contacts } from './contacts.ts';
import type { Kind } from './kinds.ts';
import type { Module } from './records.ts';
import { tickets } from './tickets.ts';

export const kinds: Readonly<Record<Module, Kind>> = { contacts, accounts, tickets };

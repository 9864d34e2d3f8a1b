import { describeStore } from './contract.ts';
import { openMemory } from './memory.ts';

describeStore('the memory', async () => openMemory());

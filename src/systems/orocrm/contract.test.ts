import { describeSystem } from '../kit/contract.ts';
import { account, contact, supportCase } from './contract-bench.ts';

describeSystem('OroCRM (accounts)', account);
describeSystem('OroCRM (contacts)', contact);
describeSystem('OroCRM (cases)', supportCase);

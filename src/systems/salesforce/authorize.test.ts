import { authorizationContract } from '../kit/contract/authorize.ts';
import { salesforce } from './system.ts';
import { createSalesforceTwin } from './twin/index.ts';

authorizationContract('Salesforce', {
  system: salesforce,
  createTwin: createSalesforceTwin,
  unattended: { type: 'client-credentials', clientId: 'app', clientSecret: 'secret' },
  pkce: true,
  livesMs: 3 * 3_600_000,
  tokenPath: '/services/oauth2/token',
  revokePath: '/services/oauth2/revoke',
});

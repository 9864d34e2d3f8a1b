import { authorizationContract } from '../kit/contract/authorize.ts';
import { orocrm } from './system.ts';
import { createOrocrmTwin } from './twin/index.ts';

authorizationContract('OroCRM', {
  system: orocrm,
  createTwin: createOrocrmTwin,
  app: { clientId: 'syncline_twin_browser', clientSecret: 'twin-client-secret' },
  unattended: { type: 'client-credentials', clientId: 'app', clientSecret: 'secret' },
  pkce: true,
  livesMs: 2 * 3_600_000,
  tokenPath: '/oauth2-token',
});

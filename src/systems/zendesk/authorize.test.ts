import { authorizationContract } from '../kit/contract/authorize.ts';
import { zendesk } from './system.ts';
import { createZendeskTwin } from './twin/index.ts';

authorizationContract('Zendesk', {
  system: zendesk,
  createTwin: createZendeskTwin,
  unattended: { type: 'client-credentials', clientId: 'app', clientSecret: 'secret' },
  pkce: true,
  livesMs: 3_600_000,
  tokenPath: '/oauth/tokens',
});

// An authorization server that is not ours, with its own pages for sign-in and consent: oidc-provider, certified for OpenID
// Connect. The argument: the scopes of every resource.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [scope] = process.argv.slice(2);
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    // Clients register with the scopes of the first challenge. Bound to them, none could ask for more later.
    extraClientMetadata: {
      properties: ['scope'],
      validator: (context, name, value, metadata) => { delete metadata.scope; },
    },
    features: {
      devInteractions: { enabled: true },
      registration: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (context, resource) => ({ audience: resource, scope, accessTokenFormat: 'jwt' }),
      },
    },
  });
  server.on('request', provider.callback());
  console.log(`listening ${issuer}`);
});

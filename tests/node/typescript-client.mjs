// A client with the TypeScript SDK: typescript-client.mjs URL REVISION [URL of its metadata document].
// Its redirect URI is a port of its own. It prints where the person has to sign in, and then what it got.
import http from 'node:http';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

const [url, revision, clientMetadataUrl] = process.argv.slice(2);
let onCallback;
const callback = http.createServer((request, response) => {
  response.end('You can close this page.');
  onCallback(new URL(request.url, 'http://127.0.0.1').searchParams);
});
await new Promise(resolve => callback.listen(0, '127.0.0.1', resolve));

let registration, tokens, discovery, verifier, state, signedIn;
const provider = {
  redirectUrl: `http://127.0.0.1:${callback.address().port}/callback`,
  clientMetadataUrl,
  clientMetadata: {
    client_name: 'Registered client',
    redirect_uris: [`http://127.0.0.1:${callback.address().port}/callback`],
    token_endpoint_auth_method: 'none',
  },
  state: () => (state = crypto.randomUUID()),
  clientInformation: () => registration,
  saveClientInformation: value => { registration = value; },
  tokens: () => tokens,
  saveTokens: value => { tokens = value; },
  discoveryState: () => discovery,
  saveDiscoveryState: value => { discovery = value; },
  codeVerifier: () => verifier,
  saveCodeVerifier: value => { verifier = value; },
  redirectToAuthorization: to => {
    signedIn = new Promise(resolve => { onCallback = resolve; });
    console.log(`sign in: ${to.href}`);
  },
};

const transport = () => new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
let current;

/** Does it, and again when the person has signed in: twice, if the first token is not enough. */
async function withSignIn(action, signIns = 2) {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof UnauthorizedError) || signIns === 0) throw error;
    const answer = await signedIn;
    if (answer.get('state') !== state) throw new Error('Another state came back.');
    await current.finishAuth(answer);
    return await withSignIn(action, signIns - 1);
  }
}

const versionNegotiation = { mode: revision === '2026-07-28' ? { pin: revision } : 'legacy' };
const client = new Client({ name: 'typescript-client', version: '1' }, { versionNegotiation });
await withSignIn(() => client.connect(current = transport()));
console.log(`revision: ${client.getNegotiatedProtocolVersion()}`);

async function call(name, args = {}) {
  const result = await withSignIn(() => client.callTool({ name, arguments: args }));
  console.log(`${name}: ${result.content[0].text}`);
}

const { tools } = await client.listTools();
console.log(`tools: ${tools.map(tool => tool.name).sort().join(' ')}`);
await call('whoami');
await call('add_todo', { title: 'Buy milk' });
await call('list_todos');

// The server refuses the token, and there is a refresh token.
const before = tokens;
tokens = { ...tokens, access_token: `${tokens.access_token}x` };
await call('complete_todo', { id: 1 });
console.log(`refreshed: ${tokens.access_token !== before.access_token && tokens.refresh_token !== before.refresh_token}`);
await client.close();
callback.close();

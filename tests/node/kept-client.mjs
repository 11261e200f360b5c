// The client of the TypeScript SDK, as a host that keeps its registration and its tokens in a file and is started again and again: calls
// a tool, and prints where the person has to sign in if that is needed.
import fs from 'node:fs';
import http from 'node:http';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

const [url, file] = process.argv.slice(2);
const kept = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file)) : {};
const keep = values => fs.writeFileSync(file, JSON.stringify(Object.assign(kept, values)));

let onCallback, verifier;
const signedIn = new Promise(resolve => { onCallback = resolve; });
const callback = http.createServer((request, response) => {
  response.end('You can close this page.');
  onCallback(new URL(request.url, 'http://127.0.0.1').searchParams);
});
await new Promise(resolve => callback.listen(0, '127.0.0.1', resolve));
const redirectUrl = `http://127.0.0.1:${callback.address().port}/callback`;

const authProvider = {
  redirectUrl,
  clientMetadata: { client_name: 'Kept client', redirect_uris: [redirectUrl], token_endpoint_auth_method: 'none' },
  clientInformation: () => kept.registration,
  saveClientInformation: registration => keep({ registration }),
  tokens: () => kept.tokens,
  saveTokens: tokens => keep({ tokens }),
  codeVerifier: () => verifier,
  saveCodeVerifier: value => { verifier = value; },
  redirectToAuthorization: to => console.log(`sign in: ${to.href}`),
};

const client = new Client({ name: 'kept-client', version: '1' });
const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider });
try {
  await client.connect(transport);
} catch (error) {
  if (!(error instanceof UnauthorizedError)) throw error;
  await transport.finishAuth(await signedIn);
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }));
}

const result = await client.callTool({ name: 'whoami', arguments: {} });
console.log(result.content[0].text);
await client.close();
callback.close();

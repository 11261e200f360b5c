// A protected server with the TypeScript SDK: its bearer middleware, jose for the tokens, a transport without sessions.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { InvalidTokenError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import express from "express";
import { createRemoteJWKSet, jwtVerify } from "jose";

const { ISSUER: issuer, RESOURCE: resource, PORT: port } = process.env;
const keys = createRemoteJWKSet(new URL(`${issuer}/keys`));

async function verifyAccessToken(token) {
  try {
    const { payload } = await jwtVerify(token, keys, { issuer, audience: resource, algorithms: ["RS256"] });
    return { token, clientId: payload.client_id, scopes: (payload.scope ?? "").split(" "), expiresAt: payload.exp };
  } catch (error) {
    throw new InvalidTokenError(error.message);
  }
}

function createServer() {
  const server = new McpServer({ name: "express", version: "1.0.0" });
  server.registerTool("get_random_number", { description: "Gives a random number." }, () => ({
    content: [{ type: "text", text: `${Math.floor(Math.random() * 100)}` }],
  }));
  return server;
}

const app = express();
const metadata = new URL("/.well-known/oauth-protected-resource/mcp", resource).href;
app.post("/mcp", requireBearerAuth({ verifier: { verifyAccessToken }, resourceMetadataUrl: metadata }), express.json(), async (req, res) => {
  const server = createServer();
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  res.on("close", () => { transport.close(); server.close(); });
  await server.connect(transport);
  await transport.handleRequest(req, res, req.body);
});
app.listen(Number(port), "127.0.0.1");

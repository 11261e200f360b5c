#if DEBUG
namespace TodoServer.DevConnectPage;

internal static partial class ConnectPage
{
    private const string SignInScript = """
        // ---- Sign-in: authorization code with PKCE (RFC 6749, RFC 7636), like any client ----

        // Session storage ends with the tab. The token is never in a URL.
        const storage = window.sessionStorage;
        const redirectUri = location.origin + document.getElementById("try").dataset.page;

        // "pending" is what to do after the sign-in.
        async function signIn(scope, pending) {
          ensure(metadata, "The checks must pass first.");
          const issuer = metadata.authorization_servers[0];
          const server = await (await request(getMetadataUrl(issuer))).json();
          ensure(server.issuer === issuer, `The authorization server says that it is ${server.issuer}.`);
          const clientId = await register(server);
          const verifier = createSecret();
          const state = createSecret();
          const asked = { issuer, tokenEndpoint: server.token_endpoint, clientId, verifier, state, pending };
          storage.setItem("asked", JSON.stringify(asked));

          const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
          const query = new URLSearchParams({
            response_type: "code",
            client_id: clientId,
            redirect_uri: redirectUri,
            scope,
            state,
            code_challenge: toBase64Url(new Uint8Array(hash)),
            code_challenge_method: "S256",
            resource: url,
          });
          location.assign(`${server.authorization_endpoint}?${query}`);
        }

        // RFC 8414, section 3.1: the path of the issuer comes last.
        function getMetadataUrl(issuer) {
          const { origin, pathname } = new URL(issuer);
          return `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, "")}`;
        }

        async function register(server) {
          const response = await request(server.registration_endpoint, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({
              client_name: "The connect page",
              redirect_uris: [redirectUri],
              grant_types: ["authorization_code"],
              token_endpoint_auth_method: "none",
            }),
          });
          const client = await response.json();
          ensure(response.ok, `The registration failed: ${client.error_description}`);
          return client.client_id;
        }

        function createSecret() {
          return toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
        }

        function toBase64Url(bytes) {
          const text = btoa(String.fromCharCode(...bytes));
          return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
        }

        // Removes the response from the URL, and returns what to do next, or nothing without a response.
        async function finishSignIn() {
          const answer = new URLSearchParams(location.search);
          const asked = JSON.parse(storage.getItem("asked"));
          history.replaceState(null, "", location.pathname);
          if (!answer.has("state")) {
            return undefined;
          }

          storage.removeItem("asked");
          ensure(asked && answer.get("state") === asked.state, "This page did not start this sign-in.");
          ensure(answer.get("iss") === asked.issuer, "The response comes from another authorization server.");
          ensure(answer.has("code"), `The sign-in ended with ${answer.get("error")}.`);
          await redeem(answer.get("code"), asked);
          return asked.pending;
        }

        async function redeem(code, asked) {
          const response = await request(asked.tokenEndpoint, {
            method: "POST",
            body: new URLSearchParams({
              grant_type: "authorization_code",
              code,
              client_id: asked.clientId,
              redirect_uri: redirectUri,
              code_verifier: asked.verifier,
              resource: url,
            }),
          });
          const tokens = await response.json();
          ensure(response.ok, `There is no token: ${tokens.error_description}`);
          storage.setItem("token", tokens.access_token);
        }

        // The claims of the token, if it is a JWT.
        function readClaims(token) {
          try {
            const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
            const bytes = Uint8Array.from(atob(payload), character => character.charCodeAt(0));
            return JSON.parse(new TextDecoder().decode(bytes));
          } catch {
            return {};
          }
        }
        """;
}
#endif

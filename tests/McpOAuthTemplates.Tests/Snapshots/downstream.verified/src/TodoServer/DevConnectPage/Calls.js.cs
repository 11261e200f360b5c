#if DEBUG
namespace TodoServer.DevConnectPage;

internal static partial class ConnectPage
{
    private const string CallScript = """
        // ---- Calls: MCP over Streamable HTTP ----

        const revision = "2025-11-25";
        let sessionId;
        let lastId = 0;

        // A response that is not a JSON-RPC message: from the protection, before the call reaches the MCP server.
        class Refusal extends Error {
          constructor(response, body) {
            super(body.error_description ?? body.error?.message ?? "There is no message.");
            this.status = response.status;
            this.header = response.headers.get("WWW-Authenticate");
            this.challenge = readChallenge(this.header);
          }
        }

        // Only a server with sessions returns an id. Its capabilities say which lists it has.
        async function initialize() {
          sessionId = undefined;
          const clientInfo = { name: "connect-page", version: "1.0" };
          const answer = await call("initialize", { protocolVersion: revision, capabilities: {}, clientInfo });
          await send({ jsonrpc: "2.0", method: "notifications/initialized" });
          return answer.capabilities;
        }

        // Returns the result, or throws the error of the server.
        async function call(method, params) {
          const id = ++lastId;
          const response = await send({ jsonrpc: "2.0", id, method, params });
          const message = await readMessage(response, id);
          if (!response.ok || !message) {
            throw new Refusal(response, message ?? {});
          }

          ensure(!message.error, message.error?.message);
          sessionId = response.headers.get("Mcp-Session-Id") ?? sessionId;
          return message.result;
        }

        async function listAll(method, member) {
          const items = [];
          let cursor;
          do {
            const page = await call(method, cursor ? { cursor } : {});
            items.push(...page[member]);
            cursor = page.nextCursor;
          } while (cursor);
          return items;
        }

        function send(message) {
          const headers = {
            "Accept": "application/json, text/event-stream",
            "Authorization": `Bearer ${storage.getItem("token")}`,
            "Content-Type": "application/json",
            "MCP-Protocol-Version": revision,
          };
          if (sessionId) {
            headers["Mcp-Session-Id"] = sessionId;
          }

          return request(url, { method: "POST", headers, body: JSON.stringify(message) });
        }

        // The response is JSON, or one of the events of a stream.
        async function readMessage(response, id) {
          const text = await response.text();
          try {
            if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
              return JSON.parse(text);
            }

            const events = text.split(/\r?\n\r?\n/).map(readEvent).filter(data => data);
            return events.map(data => JSON.parse(data)).find(message => message.id === id);
          } catch {
            return undefined;
          }
        }

        function readEvent(text) {
          const lines = text.split(/\r?\n/).filter(line => line.startsWith("data:"));
          return lines.map(line => line.slice("data:".length)).join("\n");
        }

        // RFC 6570, as far as resource templates use it.
        function expand(template, values) {
          return template.replace(/\{([+#./;?&]?)([^}]*)\}/g, (_, operator, variables) => {
            const encode = "+#".includes(operator) && operator ? encodeURI : encodeURIComponent;
            const isNamed = ";?&".includes(operator) && operator;
            const parts = getVariables(variables).filter(name => values[name] !== undefined)
              .map(name => (isNamed ? `${name}=` : "") + encode(values[name]));
            const first = operator === "+" ? "" : operator;
            const between = { "?": "&", "": ",", "+": ",", "#": "," }[operator] ?? operator;
            return parts.length ? first + parts.join(between) : "";
          });
        }

        function getVariables(variables) {
          return variables.split(",").map(name => name.replace(/(\*|:\d+)$/, ""));
        }
        """;
}
#endif

#if DEBUG
namespace TodoServer.DevConnectPage;

internal static partial class ConnectPage
{
    private const string CheckScript = """
        // ---- What a client reads first, using only the URL and no token ----

        const list = document.getElementById("checks");
        const url = list.dataset.url;
        let answer, challenge, metadata;

        const checks = [
          async () => {
            const headers = { "Content-Type": "application/json" };
            answer = await request(url, { method: "POST", body: "{}", headers });
            ensure(answer.status === 401, `The status is ${answer.status}.`);
          },
          async () => {
            ensure(answer, "There is no response.");
            const header = answer.headers.get("WWW-Authenticate");
            ensure(header, "There is no WWW-Authenticate header.");
            const schemes = header.replace(/"[^"]*"/g, '""').match(/[\w-]+(?= +[\w-]+ *=)/g) ?? [];
            ensure(schemes.length === 1, `There are ${schemes.length} challenges.`);
            challenge = readChallenge(header);
            ensure(challenge.resource_metadata, "The challenge has no resource_metadata.");
          },
          async () => {
            ensure(challenge?.resource_metadata, "No challenge names it.");
            const found = await (await request(challenge.resource_metadata)).json();
            ensure(found.resource === url, `It is for ${found.resource}.`);
            ensure(found.authorization_servers?.length > 0, "It lists no authorization server.");
            metadata = found;
          },
        ];

        // The parameters of a Bearer challenge (RFC 6750, section 3).
        function readChallenge(header) {
          const parameters = /^Bearer /i.test(header ?? "") ? header.matchAll(/([\w-]+)="([^"]*)"/g) : [];
          return Object.fromEntries([...parameters].map(([, name, value]) => [name, value]));
        }

        for (const [index, check] of checks.entries()) {
          const item = list.children[index];
          try {
            await check();
            showCheck(item, "passed");
          } catch (error) {
            showCheck(item, "failed", error.message);
          }
        }

        function showCheck(item, state, problem = "") {
          item.className = state;
          item.querySelector("output").textContent = `${state}${problem && ": "}${problem}`;
        }
        """;
}
#endif

#if DEBUG
namespace TodoServer.DevConnectPage;

internal static partial class ConnectPage
{
    private const string Script = """
        // Looks at what a client looks at first, and as it does: from the URL alone, without a token.
        const list = document.getElementById("checks");
        const url = list.dataset.url;
        let answer, metadataUrl;

        const checks = [
          async () => {
            const headers = { "Content-Type": "application/json" };
            answer = await request(url, { method: "POST", body: "{}", headers });
            ensure(answer.status === 401, `The status is ${answer.status}.`);
          },
          async () => {
            ensure(answer, "There is no answer.");
            const header = answer.headers.get("WWW-Authenticate");
            ensure(header, "There is no WWW-Authenticate header.");
            const schemes = header.replace(/"[^"]*"/g, '""').match(/[\w-]+(?= +[\w-]+ *=)/g) ?? [];
            ensure(schemes.length === 1, `There are ${schemes.length} challenges.`);
            metadataUrl = header.match(/^Bearer .*\bresource_metadata="([^"]*)"/i)?.[1];
            ensure(metadataUrl, "The challenge has no resource_metadata.");
          },
          async () => {
            ensure(metadataUrl, "No challenge names it.");
            const metadata = await (await request(metadataUrl)).json();
            ensure(metadata.resource === url, `It is for ${metadata.resource}.`);
            ensure(metadata.authorization_servers?.length > 0, "It names no authorization server.");
          },
        ];

        for (const snippet of document.querySelectorAll("figure")) {
          const button = document.createElement("button");
          button.textContent = "Copy";
          button.ariaLabel = `Copy: ${snippet.firstChild.textContent}`;
          button.onclick = async () => {
            await navigator.clipboard.writeText(snippet.querySelector("pre").textContent);
            button.textContent = "Copied";
          };
          snippet.append(button);
        }

        for (const [index, check] of checks.entries()) {
          const item = list.children[index];
          try {
            await check();
            show(item, "passed");
          } catch (error) {
            show(item, "failed", error.message);
          }
        }

        function request(address, options) {
          return fetch(address, { ...options, credentials: "omit", cache: "no-store" })
            .catch(() => { throw new Error(`Nothing answers at ${address}, or it may not be read from here.`); });
        }

        function ensure(condition, problem) {
          if (!condition) {
            throw new Error(problem);
          }
        }

        function show(item, state, problem = "") {
          item.className = state;
          item.querySelector("output").textContent = `${state}${problem && ": "}${problem}`;
        }
        """;
}
#endif

#if DEBUG
namespace TodoServer.DevConnectPage;

internal static partial class ConnectPage
{
    private const string ElementScript = """
        // ---- Elements and requests: text is never parsed as HTML ----

        function create(tag, properties = {}, ...children) {
          const element = Object.assign(document.createElement(tag), properties);
          element.append(...children);
          return element;
        }

        function request(address, options) {
          return fetch(address, { ...options, credentials: "omit", cache: "no-store" })
            .catch(() => {
              throw new Error(`There is no response from ${address}, or this page is not allowed to read it.`);
            });
        }

        function ensure(condition, problem) {
          if (!condition) {
            throw new Error(problem);
          }
        }

        for (const snippet of document.querySelectorAll("figure")) {
          const button = create("button", { ariaLabel: `Copy: ${snippet.firstChild.textContent}` }, "Copy");
          button.onclick = async () => {
            await navigator.clipboard.writeText(snippet.querySelector("pre").textContent);
            button.textContent = "Copied";
          };
          snippet.append(button);
        }
        """;
}
#endif

#if DEBUG
namespace TodoServer.DevConnectPage;

internal static partial class ConnectPage
{
    private const string TryScript = """
        // ---- Try it: sign in, choose, call, and see the result ----

        const section = document.getElementById("try");
        const state = document.getElementById("state");
        const signInButton = document.getElementById("sign-in");

        const kinds = [
          { title: "Tools", of: "tools", method: "tools/list", member: "tools" },
          { title: "Prompts", of: "prompts", method: "prompts/list", member: "prompts" },
          { title: "Resources", of: "resources", method: "resources/list", member: "resources" },
          {
            title: "Resource templates",
            of: "resources",
            method: "resources/templates/list",
            member: "resourceTemplates",
          },
        ];
        let items = [];
        let fields = [];

        function getKey(item) {
          return item.uriTemplate ?? item.uri ?? item.name;
        }

        // The request for one of them: a resource has a URI, the others have a name.
        function createCall({ kind, item }, values) {
          if (kind.of === "resources") {
            return ["resources/read", { uri: item.uri ?? expand(item.uriTemplate, values) }];
          }

          const method = kind.of === "tools" ? "tools/call" : "prompts/get";
          return [method, { name: item.name, arguments: values }];
        }

        function showState(text, className = "") {
          state.textContent = text;
          state.className = className;
        }

        // Like clients: the scopes of the first challenge, or else those of the metadata.
        async function startSignIn(scope, pending) {
          try {
            await signIn(scope ?? challenge?.scope ?? metadata?.scopes_supported?.join(" ") ?? "", pending);
          } catch (error) {
            showState(error.message, "failed");
          }
        }

        async function open() {
          signInButton.onclick = () => startSignIn();
          let pending, problem;
          try {
            pending = await finishSignIn();
          } catch (error) {
            problem = error;
          }

          try {
            if (storage.getItem("token")) {
              await showSignedIn(pending);
            }
          } catch (error) {
            problem = error;
            if (error.status === 401) {
              storage.removeItem("token");
            }
          }

          if (problem) {
            showState(problem.message, "failed");
          }
        }

        async function showSignedIn(pending) {
          const capabilities = await initialize();
          items = [];
          for (const kind of kinds.filter(kind => capabilities[kind.of])) {
            const found = await listAll(kind.method, kind.member);
            items.push(...found.map(item => ({ kind, item })));
          }

          const claims = readClaims(storage.getItem("token"));
          showState(`Signed in as ${claims.sub ?? "somebody"}, with ${claims.scope || "no scope"}.`, "passed");
          signInButton.textContent = "Sign in as someone else";
          signInButton.className = "";
          const token = create("details", {}, create("summary", {}, "The claims of the token"),
            create("pre", {}, JSON.stringify(claims, null, 2)));
          const picker = createPicker();
          const form = create("form", { id: "call" });
          const output = create("div", { id: "answer", ariaLive: "polite" });
          const label = create("label", { htmlFor: picker.id }, "Tool, prompt or resource");
          section.append(token, label, picker, describeHidden(), form, output);
          picker.onchange = () => showForm(form, items[picker.value], output);
          resume(picker, form, pending);
        }

        function createPicker() {
          const picker = create("select", { id: "picker" });
          for (const kind of kinds) {
            const options = [...items.entries()].filter(([, entry]) => entry.kind === kind)
              .map(([index, { item }]) => new Option(getKey(item), index));
            if (options.length) {
              picker.append(create("optgroup", { label: kind.title }, ...options));
            }
          }

          return picker;
        }

        // What requires a role or a policy is not listed for users who do not meet it.
        function describeHidden() {
          const all = [...document.querySelectorAll("ul.tools code, ul.prompts code, ul.resources code")];
          const listed = new Set(items.map(({ item }) => getKey(item)));
          const hidden = all.map(code => code.textContent).filter(key => !listed.has(key));
          return create("p", { id: "hidden", className: "soft", hidden: !hidden.length },
            `Not listed for this token: ${hidden.join(", ")}.`);
        }

        // Selects again what led to the sign-in, with the same arguments, and calls it.
        function resume(picker, form, pending) {
          const index = items.findIndex(({ kind, item }) =>
            kind.method === pending?.method && getKey(item) === pending?.key);
          if (index >= 0) {
            picker.value = index;
          }

          picker.dispatchEvent(new Event("change"));
          picker.focus();
          if (index >= 0) {
            for (const [place, field] of fields.entries()) {
              field.input.value = pending.inputs[place] ?? "";
            }

            form.requestSubmit();
          }
        }

        function showForm(form, entry, output) {
          output.replaceChildren();
          form.replaceChildren();
          if (!entry) {
            form.append("This server offers nothing for this token.");
            return;
          }

          fields = describeArguments(entry.item).map(createField);
          form.append(create("p", { className: "soft" }, entry.item.description ?? ""),
            ...fields.flatMap(field => field.elements), create("button", { className: "button" }, "Call"));
          form.onsubmit = event => {
            event.preventDefault();
            const values = readFields(fields);
            if (values) {
              run(entry, values, output);
            }
          };
        }

        async function run(entry, values, output) {
          const inputs = fields.map(field => field.input.value);
          output.replaceChildren("Waiting for the response …");
          try {
            const result = await call(...createCall(entry, values));
            showResult(output, result);
          } catch (error) {
            showRefusal(output, error, { method: entry.kind.method, key: getKey(entry.item), inputs });
          }
        }

        function showResult(output, result) {
          const texts = (result.content ?? result.contents ?? []).map(part => part.text);
          const isText = texts.length > 0 && texts.every(text => text !== undefined);
          const heading = result.isError ? "The tool reports an error" : "The answer";
          output.replaceChildren(
            create("h3", { className: result.isError ? "failed" : "passed" }, heading),
            create("pre", {}, isText ? texts.join("\n") : JSON.stringify(result, null, 2)));
          if (isText) {
            output.append(create("details", {}, create("summary", {}, "The whole result"),
              create("pre", {}, JSON.stringify(result, null, 2))));
          }
        }

        function showRefusal(output, error, pending) {
          const heading = error.status ? `Refused with ${error.status}` : "It failed";
          output.replaceChildren(
            create("h3", { className: "failed" }, heading), create("p", {}, error.message));
          if (error.header) {
            output.append(create("pre", {}, `WWW-Authenticate: ${error.header}`));
          }

          if (error.challenge?.error === "insufficient_scope") {
            const scope = joinScopes(readClaims(storage.getItem("token")).scope, error.challenge.scope);
            const button = create("button", { id: "step-up", className: "button" }, "Ask for this scope");
            button.onclick = () => startSignIn(scope, pending);
            output.append(create("p", { className: "soft" }, `Signs in again, for ${scope}.`), button);
          } else if (error.status === 401) {
            storage.removeItem("token");
            output.append(create("p", {}, "Sign in again."));
          }
        }

        // Each scope of both lists once, so that the scopes of the token are not lost.
        function joinScopes(granted = "", needed = "") {
          const scopes = `${granted} ${needed}`.split(" ").filter(scope => scope);
          return [...new Set(scopes)].join(" ");
        }

        await open();
        """;
}
#endif

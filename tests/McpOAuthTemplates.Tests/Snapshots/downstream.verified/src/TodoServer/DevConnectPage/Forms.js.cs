#if DEBUG
namespace TodoServer.DevConnectPage;

internal static partial class ConnectPage
{
    private const string FormScript = """
        // ---- Forms: a field for each argument. The server checks the limits in the schema ----

        // The arguments in one format: from the schema of a tool, the arguments of a prompt, or a template.
        function describeArguments(item) {
          if (item.uriTemplate) {
            const variables = [...item.uriTemplate.matchAll(/\{[+#./;?&]?([^}]*)\}/g)];
            const names = variables.flatMap(([, names]) => getVariables(names));
            return names.map(name => ({ name, schema: { type: "string" }, isRequired: false }));
          }

          if (item.arguments) {
            return item.arguments.map(({ name, description, required }) => (
              { name, schema: { type: "string", description }, isRequired: required === true }));
          }

          const { properties = {}, required = [] } = item.inputSchema ?? {};
          return Object.entries(properties).map(([name, schema]) => (
            { name, schema, isRequired: required.includes(name) }));
        }

        function createField({ name, schema, isRequired }, index) {
          const input = createInput(schema, isRequired);
          input.id = `argument-${index}`;
          input.oninput = () => input.setCustomValidity("");
          const about = create("p", { id: `about-${index}`, className: "soft" });
          about.textContent = [isRequired ? "" : "Optional.", schema.description].filter(text => text).join(" ");
          input.setAttribute("aria-describedby", about.id);
          const label = create("label", { htmlFor: input.id }, name);
          return { name, input, schema, isRequired, elements: [label, input, about] };
        }

        function createInput(schema, isRequired) {
          const type = getType(schema);
          const initial = schema.default ?? undefined;
          if (schema.enum || type === "boolean") {
            const values = schema.enum ?? [true, false];
            const options = values.map(value => new Option(String(value), JSON.stringify(value)));
            const select = create("select", {}, ...(isRequired ? [] : [new Option("", "")]), ...options);
            select.value = JSON.stringify(initial) ?? (isRequired ? options[0].value : "");
            return select;
          }

          if (type === "number" || type === "integer") {
            const step = type === "integer" ? "1" : "any";
            return create("input", { type: "number", step, required: isRequired, value: initial ?? "" });
          }

          if (type === "string") {
            return create("input", { type: "text", value: initial ?? "", autocomplete: "off" });
          }

          const text = initial === undefined ? "" : JSON.stringify(initial, null, 2);
          return create("textarea", { rows: 3, required: isRequired, value: text, placeholder: "JSON" });
        }

        // In a list of types, null means that the value is optional. Any other type is entered as JSON.
        function getType(schema) {
          const types = [schema.type].flat().filter(type => type && type !== "null");
          return types.length === 1 ? types[0] : "json";
        }

        // Undefined for an argument that is left out.
        function readField({ input, schema, isRequired }) {
          const isText = getType(schema) === "string" && !schema.enum;
          if (input.value === "" && !(isText && isRequired)) {
            return undefined;
          }

          if (isText) {
            return input.value;
          }

          return input.type === "number" ? input.valueAsNumber : JSON.parse(input.value);
        }

        // Undefined, with a message at the field, if one of them is not valid.
        function readFields(fields) {
          const values = [];
          for (const field of fields) {
            try {
              values.push([field.name, readField(field)]);
            } catch {
              field.input.setCustomValidity("This is not JSON.");
              field.input.reportValidity();
              return undefined;
            }
          }

          return Object.fromEntries(values.filter(([, value]) => value !== undefined));
        }
        """;
}
#endif

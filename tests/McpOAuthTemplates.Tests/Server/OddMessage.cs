namespace McpOAuthTemplates.Tests.Server;

/// <summary>Calls of a tool that can be read in more than one way. FIRST and SECOND stand for the names of two tools.</summary>
internal static class OddMessage
{
    private const string Meta = """
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}
        """;

    private static readonly string[] s_params =
    [
        """{"name":"FIRST"}""",
        """{"Name":"FIRST"}""",
        """{"NAME":"FIRST","name":"SECOND"}""",
        """{"name":"FIRST","Name":"SECOND"}""",
        """{"name":"FIRST","name":"SECOND"}""",
        """{"name":"FIRST","arguments":{"name":"SECOND"}}""",
        """{"name":"FIRST","arguments":{"a":1,"A":2,"a":3}}""",
        """{"name":"FIRST","arguments":{"a":1},"arguments":{"a":2}}""",
        """{"name":"FIRST","Arguments":{"name":"SECOND"}}""",
        """{"name":"FIRST","arguments":[]}""",
        """{"name":"FIRST","arguments":null}""",
        """{"params":{"name":"SECOND"},"name":"FIRST"}""",
        """{"uri":"SECOND","name":"FIRST"}""",
        """{"n\u0061me":"FIRST"}""",
        """{"n\u0061me":"FIRST","name":"SECOND"}""",
        """{"name":"FIRST","n\u0061me":"SECOND"}""",
        """{"name":"FIRST ","Name ":"SECOND"}""",
        """{"name":"\u0073ays_read"}""",
        """{"name":"FIRST\u0000"}""",
        """{"name":["FIRST"]}""",
        """{"name":{"name":"FIRST"}}""",
        """{"name":null}""",
        """{"name":1}""",
        """{"name":true}""",
        """{}""",
        """{"$ref":"1","name":"FIRST"}""",
        """{"$type":"SECOND","name":"FIRST"}""",
        """{"name":"FIRST","requestState":"SECOND","inputResponses":{}}""",
        """{"name":"FIRST","_META":{"name":"SECOND"}}""",
    ];

    private static readonly string[] s_messages =
    [
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"FIRST"},"params":{"name":"SECOND"}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"FIRST"},"Params":{"name":"SECOND"}}""",
        """{"jsonrpc":"2.0","id":1,"Method":"ping","method":"tools/call","params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","method":"ping","params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","id":1,"meth\u006fd":"tools/call","params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools\/call","params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","p\u0061rams":{"name":"FIRST"},"params":{"name":"SECOND"}}""",
        """{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/call","params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","id":"1","method":"tools/call","params":{"name":"FIRST"},"result":{}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"FIRST"},"error":{"code":1,"message":"x"}}""",
        """{"jsonrpc":"1.0","jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","id":null,"method":"tools/call","params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","method":"tools/call","params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","id":1,"method":"TOOLS/CALL","params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call ","params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","id":1,"method":["tools/call"],"params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[{"name":"FIRST"}]}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"{\"name\":\"FIRST\"}"}""",
        """[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"FIRST"}}]""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"FIRST"},}""",
        """{"jsonrpc":"2.0","id":1,/* x */"method":"tools/call","params":{"name":"FIRST"}}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"FIRST"}} {"x":1}""",
    ];

    /// <summary>Each as clients of the newest revision send it, with what that wants, and without.</summary>
    public static IEnumerable<string> All => s_messages
        .Concat(s_params.Select(Wrap))
        .SelectMany(message => new[] { message, message.Replace("\"params\":{", "\"params\":{" + Meta.Trim() + ",", StringComparison.Ordinal) })
        .Select(message => message.Replace(",}", "}", StringComparison.Ordinal))
        .Append("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"FIRST","_meta":{"a":1,"a":2}}}""")
        .Append("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"FIRST","_meta":{"a":1,"A":2}}}""")
        .Distinct();

    private static string Wrap(string parameters) =>
        $$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{parameters}}}""";
}

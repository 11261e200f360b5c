using System.Globalization;
using McpOAuthTemplates.Tests.Infrastructure;

namespace McpOAuthTemplates.Faults;

/// <summary>
/// A user who calls all four tools again and again, knows what each has to answer, and gets a new
/// token every minute.
/// </summary>
internal sealed class SoakUser(string name, TestIssuer issuer, string audience)
{
    private const int MaxTodos = 10;

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly List<bool> _todos = [];
    private string _token = "";
    private DateTime _tokenTime;
    private int _calls;

    /// <summary>One call of twenty is made with a token that must not pass.</summary>
    public Call CreateCall()
    {
        _calls++;
        if (_calls % 20 == 0)
        {
            return Call.WhoAmI(name, CreateBadToken(), TokenState.Invalid);
        }

        switch (_calls % 4)
        {
            case 0:
                return Call.WhoAmI(name, GetToken());
            case 1:
                return Add();
            case 2:
                return Complete();
            default:
                return CreateCall("list_todos", arguments: null, List());
        }
    }

    // Todos stay in memory for good: a user who has enough asks for one without a title.
    private Call Add()
    {
        if (_todos.Count == MaxTodos)
        {
            const string Mistake = "The title must have between 1 and 200 characters.";
            return CreateCall("add_todo", new { title = "" }, Mistake);
        }

        _todos.Add(false);
        var id = _todos.Count;
        return CreateCall("add_todo", new { title = GetTitle(id) }, $"Added {Describe(id)}");
    }

    private Call Complete()
    {
        var id = (_calls % _todos.Count) + 1;
        _todos[id - 1] = true;
        return CreateCall("complete_todo", new { id }, $"Completed {Describe(id)}");
    }

    private string List() => string.Join('\n', Enumerable.Range(1, _todos.Count).Select(Describe));

    private string Describe(int id)
    {
        var mark = _todos[id - 1] ? 'x' : ' ';
        return $"{id}. [{mark}] {GetTitle(id)}";
    }

    private string GetTitle(int id) => string.Create(CultureInfo.InvariantCulture, $"Todo {id} of {name}");

    // The whole text, so that it holds nothing of anybody else.
    private Call CreateCall(string tool, object? arguments, string text) =>
        new(name, GetToken(), TokenState.Valid, tool, arguments, Result: $"\"text\":\"{text}\"");

    private string GetToken()
    {
        if (DateTime.UtcNow - _tokenTime > s_minute)
        {
            _tokenTime = DateTime.UtcNow;
            _token = issuer.CreateToken(audience, "todo:read todo:write", name);
        }

        return _token;
    }

    private string CreateBadToken()
    {
        switch (_calls / 20 % 3)
        {
            case 0:
                return issuer.CreateToken("https://other.contoso.com/mcp", "todo:read", name);
            case 1:
                return issuer.CreateToken(audience, "todo:read", name, claims: ("exp", 1));
            default:
                var token = GetToken();
                var signature = token.LastIndexOf('.') + 1;
                return string.Concat(token.AsSpan(0, signature), "AAAAAAAA", token.AsSpan(signature + 8));
        }
    }
}

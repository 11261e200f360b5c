namespace McpOAuthTemplates.Tests;

/// <summary>A value of --scopes, and the constants it gives, as "Identifier=scope" separated by spaces.</summary>
public sealed record ScopeList(string Name, string Value, string Constants)
{
    public (string Identifier, string Scope)[] Expected =>
        [.. Constants.Split(' ').Select(pair => (pair[..pair.IndexOf('=')], pair[(pair.IndexOf('=') + 1)..]))];

    public override string ToString() => Name;
}

/// <summary>Odd lists of scopes. Each is generated, read and compiled.</summary>
public static class ScopeTable
{
    private static readonly string s_longScope = "long:" + new string('x', 300);

    private static readonly string[] s_thirtyTwo = [.. Enumerable.Range(1, 32).Select(number => $"area{number:00}:read")];

    /// <summary>This one is also started.</summary>
    public static ScopeList Started { get; } = new(
        "started",
        "todo:read todo.read Todo:Read a:b ab api://billing/Invoice.Export 2fa:read v1.2.read v12.read * + class ToString "
            + "<a&b> {x} $(id) %PATH% it's `tick` #tag semi;colon All ?q=1 [0] who:am-i",
        "TodoRead=todo:read TodoRead_2=todo.read TodoRead_3=Todo:Read AB=a:b Ab_2=ab InvoiceExport=api://billing/Invoice.Export "
            + "Scope2faRead=2fa:read V1_2Read=v1.2.read V12Read=v12.read Scope=* Scope_2=+ Class=class ToStringScope=ToString "
            + "AB_3=<a&b> X={x} Id=$(id) PATH=%PATH% ItS=it's Tick=`tick` Tag=#tag SemiColon=semi;colon AllScope=All Q1=?q=1 "
            + "Scope0=[0] WhoAmI=who:am-i");

    public static ScopeList[] All { get; } =
    [
        Started,

        // How lists are written.
        new("one", "todo:write", "TodoWrite=todo:write"),
        new("separators", "a:b,\tc:d\r\n e:f ,, g:h", "AB=a:b CD=c:d EF=e:f GH=g:h"),
        new("blanks-of-unicode", "a:b\u00A0c:d\u3000e:f", "AB=a:b CD=c:d EF=e:f"),
        new("commas-around", " , ,todo:admin, ,", "TodoAdmin=todo:admin"),
        new("duplicates", "b a,b a a b c a", "B=b A=a C=c"),
        new("duplicates-of-parts", "todo todo:read read todo", "Todo=todo TodoRead=todo:read Read=read"),
        new("default-twice", "todo:read,todo:read todo:write todo:read", "TodoRead=todo:read TodoWrite=todo:write"),
        new("default-in-another-order", "todo:write,todo:read", "TodoWrite=todo:write TodoRead=todo:read"),
        new("default-and-more", "todo:read todo:write todo:admin",
            "TodoRead=todo:read TodoWrite=todo:write TodoAdmin=todo:admin"),
        new("default-in-capitals", "Todo:Read Todo:Write", "TodoRead=Todo:Read TodoWrite=Todo:Write"),
        new("like-an-option", "--read:all", "ReadAll=--read:all"),
        new("at-sign", "read @file", "Read=read File=@file"),
        new("thirty-two", string.Join(',', s_thirtyTwo), string.Join(' ', s_thirtyTwo.Select(
            (scope, index) => $"Area{index + 1:00}Read={scope}"))),
        new("long", s_longScope, $"LongX{new string('x', 299)}={s_longScope}"),

        // URIs.
        new("uri", "api://billing/Invoice.Export", "InvoiceExport=api://billing/Invoice.Export"),
        new("uri-with-path", "https://www.googleapis.com/auth/tasks.readonly",
            "AuthTasksReadonly=https://www.googleapis.com/auth/tasks.readonly"),
        new("uri-without-path", "https://graph.microsoft.com/ api://my-app",
            "HttpsGraphMicrosoftCom=https://graph.microsoft.com/ ApiMyApp=api://my-app"),
        new("uri-default", "api://my-app/.default", "Default=api://my-app/.default"),
        new("urn", "urn:contoso:orders#read", "UrnContosoOrdersRead=urn:contoso:orders#read"),
        new("uris-that-end-alike", "api://a/Read api://b/Read Read", "Read=api://a/Read Read_2=api://b/Read Read_3=Read"),

        // How identifiers are made.
        new("graph", "Files.ReadWrite.All HTTPServer readOnly",
            "FilesReadWriteAll=Files.ReadWrite.All HTTPServer=HTTPServer ReadOnly=readOnly"),
        new("openid", "openid profile offline_access", "Openid=openid Profile=profile OfflineAccess=offline_access"),
        new("digit-first", "2fa:read 2024", "Scope2faRead=2fa:read Scope2024=2024"),
        new("versions", "v1.2.read v12.read 1.2.3 s3:GetObject",
            "V1_2Read=v1.2.read V12Read=v12.read Scope1_2_3=1.2.3 S3GetObject=s3:GetObject"),
        new("no-letters", "* + ** - _", "Scope=* Scope_2=+ Scope_3=** Scope_4=- Scope_5=_"),
        new("separators-inside", "a/b//c -x- .y. :z:", "ABC=a/b//c X=-x- Y=.y. Z=:z:"),
        new("markup", "<a&b> --> ]]> </summary> */", "AB=<a&b> Scope=--> Scope_2=]]> Summary=</summary> Scope_3=*/"),
        new("shells", "{x} $(id) %PATH% it's `tick` ~home #tag semi;colon",
            "X={x} Id=$(id) PATH=%PATH% ItS=it's Tick=`tick` Home=~home Tag=#tag SemiColon=semi;colon"),
        new("almost-injection", ");Environment.Exit(1);// {0} {{",
            "EnvironmentExit1=);Environment.Exit(1);// Scope0={0} Scope={{"),

        // Clashes with C#, with the generated code and with each other.
        new("keywords", "class namespace string", "Class=class Namespace=namespace String=string"),
        new("types", "Dictionary IReadOnlyList IReadOnlyDictionary Object Description",
            "Dictionary=Dictionary IReadOnlyList=IReadOnlyList IReadOnlyDictionary=IReadOnlyDictionary Object=Object "
                + "Description=Description"),
        new("members", "All Implied Equals ToString GetType Scopes Finalize GetHashCode ReferenceEquals MemberwiseClone",
            "AllScope=All ImpliedScope=Implied EqualsScope=Equals ToStringScope=ToString GetTypeScope=GetType ScopesScope=Scopes "
                + "FinalizeScope=Finalize GetHashCodeScope=GetHashCode ReferenceEqualsScope=ReferenceEquals "
                + "MemberwiseCloneScope=MemberwiseClone"),
        new("members-in-another-case", "all All allScope scopes",
            "AllScope=all AllScope_2=All AllScope_3=allScope ScopesScope=scopes"),
        new("names-of-the-sample", "answer use:read read todo:tools sample-tools who:am-i user",
            "Answer=answer UseRead=use:read Read=read TodoTools=todo:tools SampleTools=sample-tools WhoAmI=who:am-i User=user"),
        new("five-alike", "todo:read todo.read todo-read todo_read todo/read",
            "TodoRead=todo:read TodoRead_2=todo.read TodoRead_3=todo-read TodoRead_4=todo_read TodoRead_5=todo/read"),
        new("alike-but-for-case", "Todo:Read todo:read a:b ab", "TodoRead=Todo:Read TodoRead_2=todo:read AB=a:b Ab_2=ab"),
        new("alike-by-number", "v1.3 v1 v:1 v1.2", "V1_3=v1.3 V1=v1 V1_2=v:1 V1_4=v1.2"),
        new("async", "data:async async", "DataAsync=data:async Async=async"),

        // What the template engine looks for.
        new("tokens", "net10.0 McpOAuthServer 5199 /mcp use_first_scope https://auth.example.com/x TodoTools {{host}}/mcp",
            "Net10_0=net10.0 McpOAuthServer=McpOAuthServer Scope5199=5199 Mcp=/mcp UseFirstScope=use_first_scope "
                + "X=https://auth.example.com/x TodoTools=TodoTools HostMcp={{host}}/mcp"),
        new("directives", "#if //#if #endif //-:cnd:noEmit <!--#if",
            "If=#if If_2=//#if Endif=#endif CndNoEmit=//-:cnd:noEmit If_3=<!--#if"),
        new("groups", "$0 ${1} $& $2x", "Scope0=$0 Scope1=${1} Scope=$& Scope2x=$2x"),
    ];

    public static TheoryData<ScopeList> Rows => new(All);
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using McpOAuthTemplates.Tests.Infrastructure;
using YamlDotNet.RepresentationModel;

namespace McpOAuthTemplates.Tests;

/// <summary>
/// The manifests of --kubernetes without a cluster: the schemas of Kubernetes and of the Gateway API validate them, and what they name
/// is looked up in the server.
/// </summary>
public sealed partial class KubernetesTests
{
    private const string Host = "tools.contoso.com";

    /// <summary>Resources whose host and path are not as in most.</summary>
    private static readonly string[] s_resources =
    [
        "https://10.0.0.1/mcp",
        "https://[2001:db8::1]:8443/mcp",
        "https://mcp.contoso.com:8443",
        "http://localhost:5100/mcp",
    ];

    /// <summary>Names of projects that cannot be the name of a Service as they are.</summary>
    private static readonly string[] s_names =
    [
        "123abc",
        "Null",
        "No",
        "日本",
        "R&D #1 Tâche",
        "A." + new string('b', 47) + "-c.D",
        new string('a', 80),
    ];

    [SkippableFact]
    public async Task The_schemas_have_nothing_to_say()
    {
        Task<GeneratedProject>[] projects =
        [
            .. Variants.Built.Where(variant => variant.HasKubernetes).Select(Template.CreateAsync),
            .. s_resources.Select((resource, i) =>
                CreateAsync($"resource-{i}", "TodoServer", "--resource", resource)),
            .. s_names.Select((name, i) => CreateAsync($"name-{i}", name)),
        ];
        var manifests = (await Task.WhenAll(projects)).SelectMany(GetManifests);

        Assert.Empty(await ValidateAsync([.. manifests]));
    }

    /// <summary>Otherwise the silence of the schemas would mean nothing.</summary>
    [SkippableTheory]
    [InlineData("replicas: 2", "replicas: two", "/spec/replicas type")]
    [InlineData("readinessProbe:", "readinesProbe:", "/spec/template/spec/containers/0/readinesProbe unknown")]
    [InlineData("  selector:\n    matchLabels:", "  selectors:\n    matchLabels:", "selector")]
    [InlineData("kind: Deployment", "kind: Deploymant", "no such kind")]
    public async Task A_mistake_is_found(string right, string wrong, string problem)
    {
        var project = await CreateAsync("mistake", "TodoServer");
        var text = project.Read("deploy/kubernetes/server.yaml");
        Assert.Contains(right, text, StringComparison.Ordinal);

        var word = wrong.Split(':')[0].Trim();
        var folder = Repository.CreateEmptyDirectory("kubernetes-mistake-" + word);
        var manifest = Path.Combine(folder, "server.yaml");
        await File.WriteAllTextAsync(manifest, text.Replace(right, wrong, StringComparison.Ordinal));

        var problems = await ValidateAsync([manifest]);
        Assert.Contains(problems, line => line.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_name_is_one_of_a_Service_whatever_the_project_is_called()
    {
        foreach (var (i, name) in s_names.Index())
        {
            var manifests = Read(await CreateAsync($"name-{i}", name));

            foreach (var manifest in manifests.Values)
            {
                var given = GetText(manifest, "metadata", "name");
                Assert.Matches(ServiceName, given);
                Assert.DoesNotMatch("^(?:null|no)$", given); // They are no text in YAML 1.1.
            }
        }
    }

    /// <summary>Names and ports lead from the route to the container that the Dockerfile makes.</summary>
    [Fact]
    public async Task The_parts_find_each_other()
    {
        var project = await CreateAsync("parts", "TodoServer");
        var manifests = Read(project);
        Assert.Equal(
            ["ConfigMap", "Deployment", "HTTPRoute", "PodDisruptionBudget", "Service"],
            manifests.Keys.Order());
        var service = manifests["Service"];
        var budget = manifests["PodDisruptionBudget"];
        var deployment = manifests["Deployment"];
        var pod = Get(deployment, "spec", "template");
        var container = Get(pod, "spec", "containers", "0");

        var labels = Get(pod, "metadata", "labels");
        var spread = Get(pod, "spec", "topologySpreadConstraints", "0");
        Assert.Equal(labels, Get(deployment, "spec", "selector", "matchLabels"));
        Assert.Equal(labels, Get(budget, "spec", "selector", "matchLabels"));
        Assert.Equal(labels, Get(service, "spec", "selector"));
        Assert.Equal(labels, Get(spread, "labelSelector", "matchLabels"));

        var settings = Get(container, "envFrom", "0", "configMapRef");
        Assert.Equal(GetText(manifests["ConfigMap"], "metadata", "name"), GetText(settings, "name"));

        var backend = Get(manifests["HTTPRoute"], "spec", "rules", "0", "backendRefs", "0");
        var servicePort = Get(service, "spec", "ports", "0");
        Assert.Equal(GetText(service, "metadata", "name"), GetText(backend, "name"));
        Assert.Equal(GetText(servicePort, "port"), GetText(backend, "port"));

        var containerPort = Get(container, "ports", "0");
        var portName = GetText(containerPort, "name");
        var exposed = $"\nEXPOSE {GetText(containerPort, "containerPort")}\n";
        Assert.Equal(portName, GetText(servicePort, "targetPort"));
        Assert.All(FindProbes(container), probe => Assert.Equal(portName, GetText(probe, "httpGet", "port")));
        Assert.Contains(exposed, project.Read("Dockerfile"), StringComparison.Ordinal);
    }

    /// <summary>The level "restricted" of the Pod Security Standards, and what goes beyond it.</summary>
    [Fact]
    public async Task The_pods_may_do_nothing_that_the_server_does_not_need()
    {
        var manifests = Read(await CreateAsync("parts", "TodoServer"));
        var deployment = Get(manifests["Deployment"], "spec");
        var pod = Get(deployment, "template", "spec");
        var container = Get(pod, "containers", "0");
        var podContext = Get(pod, "securityContext");
        var context = Get(container, "securityContext");

        Assert.Equal("2", GetText(deployment, "replicas"));
        Assert.Equal("true", GetText(podContext, "runAsNonRoot"));
        Assert.Equal("RuntimeDefault", GetText(podContext, "seccompProfile", "type"));
        Assert.Equal("false", GetText(pod, "automountServiceAccountToken"));
        Assert.Equal("false", GetText(context, "allowPrivilegeEscalation"));
        Assert.Equal("true", GetText(context, "readOnlyRootFilesystem"));
        Assert.Equal("ALL", GetText(context, "capabilities", "drop", "0"));
        Assert.Equal(["memory"], GetNames(Get(container, "resources", "limits")));
        Assert.Equal(["cpu", "memory"], GetNames(Get(container, "resources", "requests")));

        // What is in a ConfigMap can be read by everybody who can read the namespace.
        Assert.Equal(["OAuth__Issuer", "OAuth__Resource"], GetNames(Get(manifests["ConfigMap"], "data")));
    }

    [Theory]
    [InlineData("https://tools.contoso.com/api/mcp", "/api/mcp")]
    [InlineData("https://tools.contoso.com", "/")]
    public async Task The_server_answers_where_the_manifests_ask(string resource, string path)
    {
        var manifests = Read(await CreateAsync(
            "answers" + path.Replace('/', '-'),
            "TodoServer",
            "--resource", resource,
            "--authority", "https://login.contoso.com"));
        var pod = Get(manifests["Deployment"], "spec", "template", "spec");
        var container = Get(pod, "containers", "0");
        var route = Get(manifests["HTTPRoute"], "spec");
        var data = (YamlMappingNode)Get(manifests["ConfigMap"], "data");
        var settings = data.Select(pair => ((string)pair.Key!, (string)pair.Value!));
        await using var server = await TodoServer.StartAsync("Production", [.. settings]);

        // By the address of the pod. Nobody is at the issuer, so that the server is not ready.
        Assert.Equal(HttpStatusCode.OK, await ProbeAsync("startupProbe"));
        Assert.Equal(HttpStatusCode.OK, await ProbeAsync("livenessProbe"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ProbeAsync("readinessProbe"));

        var matches = (YamlSequenceNode)Get(route, "rules", "0", "matches");
        var paths = matches.Select(match => GetText(match, "path", "value")).ToArray();
        Assert.Equal(Host, GetText(route, "hostnames", "0"));
        Assert.Equal([path, "/.well-known/oauth-protected-resource"], paths);
        using var refused = await SendAsync(HttpMethod.Post, paths[0], Host);
        using var metadata = await SendAsync(HttpMethod.Get, paths[1], Host);
        var document = await metadata.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains($"\"{resource}\"", document, StringComparison.Ordinal);

        // Kubernetes kills what is still there at the end of the grace period. A request that runs
        // may take as long as the host lets it.
        var watch = Stopwatch.StartNew();
        await server.StopAsync();
        var longest = watch.Elapsed + new HostOptions().ShutdownTimeout;
        var seconds = GetText(pod, "terminationGracePeriodSeconds");
        var grace = TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture));
        Assert.InRange(longest, TimeSpan.Zero, grace);

        async Task<HttpStatusCode> ProbeAsync(string probe)
        {
            var asked = GetText(container, probe, "httpGet", "path");
            using var answer = await SendAsync(HttpMethod.Get, asked, "10.1.2.3:8080");
            return answer.StatusCode;
        }

        async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string host)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Host = host;
            return await server.Client.SendAsync(request);
        }
    }

    private static Task<GeneratedProject> CreateAsync(string folder, string name, params string[] arguments) =>
        Template.CreateAsync(
            "kubernetes-" + folder, name, ["--kubernetes", "--dev-auth", "false", .. arguments]);

    private static IEnumerable<string> GetManifests(GeneratedProject project) =>
        from file in project.Files
        where file.StartsWith("deploy/kubernetes/", StringComparison.Ordinal)
        select Path.Combine(project.Directory, file);

    private static async Task<string[]> ValidateAsync(string[] files)
    {
        Skip.If(NodeTools.SkipReason is not null, NodeTools.SkipReason);
        var result = await Dotnet.RunAsync(NodeTools.CreateStartInfo("kubernetes.mjs", files));
        return result.ShouldSucceed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The manifests of a project by their kind.</summary>
    private static Dictionary<string, YamlNode> Read(GeneratedProject project)
    {
        var manifests = new Dictionary<string, YamlNode>();
        foreach (var file in GetManifests(project))
        {
            var yaml = new YamlStream();
            using var reader = File.OpenText(file);
            yaml.Load(reader);
            foreach (var document in yaml.Documents)
            {
                manifests.Add(GetText(document.RootNode, "kind"), document.RootNode);
            }
        }

        return manifests;
    }

    private static YamlNode Get(YamlNode node, params string[] path)
    {
        foreach (var step in path)
        {
            node = int.TryParse(step, out var index) ? node[index] : node[step];
        }

        return node;
    }

    private static string GetText(YamlNode node, params string[] path) => (string)Get(node, path)!;

    private static IEnumerable<string> GetNames(YamlNode node) => ((YamlMappingNode)node).Select(pair => (string)pair.Key!);

    private static YamlNode[] FindProbes(YamlNode container) =>
        [container["startupProbe"], container["readinessProbe"], container["livenessProbe"]];

    [GeneratedRegex("^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex ServiceName { get; }
}

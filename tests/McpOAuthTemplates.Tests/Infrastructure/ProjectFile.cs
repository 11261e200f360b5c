namespace McpOAuthTemplates.Tests.Infrastructure;

/// <summary>Project files of apps that nobody has protected yet.</summary>
internal static class ProjectFile
{
    public const string Web = """
        <Project Sdk="Microsoft.NET.Sdk.Web">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
          </PropertyGroup>
        </Project>
        """;
}

using BenchmarkDotNet.Running;
using McpOAuthTemplates.Benchmarks;
using McpOAuthTemplates.Tests.Infrastructure;

Dotnet.IsMeasured = true;
switch (args)
{
    case ["allocation", .. { Length: >= 1 } programs] when programs.All(File.Exists):
        await Comparison.MeasureAllocationAsync(programs);
        return 0;

    case ["micro"]:
        BenchmarkRunner.Run<TokenValidationBenchmarks>();
        return 0;

    case ["compare", .. { Length: >= 2 } programs] when programs.All(File.Exists):
        await Comparison.RunAsync(programs, withStarts: true);
        return 0;

    case ["compare", "--load", .. { Length: >= 2 } programs] when programs.All(File.Exists):
        await Comparison.RunAsync(programs, withStarts: false);
        return 0;

    case var options when !options.Except(["--quick", "--aot"]).Any():
        await new FullRun(options.Contains("--quick"), options.Contains("--aot")).RunAsync();
        return 0;

    default:
        Console.Error.WriteLine("""
            [--quick] [--aot]              the table of .github/speed.md; quick: few and short rounds; aot: the native binary, too
            compare [--load] FILE FILE...  generated servers that were built before, assemblies or native binaries, with each
                                           other; load: without their starts, for a server that requires no token
            allocation FILE...             the bytes that a request allocates in such assemblies
            micro                          the validation of tokens alone, with BenchmarkDotNet
            """);
        return 2;
}

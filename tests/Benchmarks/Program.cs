using BenchmarkDotNet.Running;
using McpOAuthTemplates.Benchmarks;

switch (args)
{
    // BenchmarkDotNet.
    case ["micro"]:
        BenchmarkRunner.Run<TokenValidationBenchmarks>();
        break;

    // Generated servers that were built before, assemblies or native binaries, with each other.
    case ["compare", .. { Length: >= 2 } programs]:
        await Comparison.RunAsync(programs);
        break;

    // --quick: few and short rounds; --aot: Native AOT, too, which takes minutes to build.
    default:
        await new FullRun(args.Contains("--quick"), args.Contains("--aot")).RunAsync();
        break;
}

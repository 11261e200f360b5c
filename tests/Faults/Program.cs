return await McpOAuthTemplates.Faults.FaultCommand.RunAsync(args);

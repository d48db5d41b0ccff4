namespace AccessBroker.Cli;

/// <summary>An expected end that is not success: what happened, what to do next, and the exit code.</summary>
/// <param name="code">Stable, kebab-case; a problem's last part where a server said so.</param>
internal sealed class CliException(int exitCode, string code, string message, string? next = null, string? requestId = null)
    : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string Code { get; } = code;

    public string? Next { get; } = next;

    public string? RequestId { get; } = requestId;

    public static CliException Usage(string message, string? next = null) => new(Cli.ExitCode.Usage, "usage", message, next);
}

namespace AccessBroker.Cli;

/// <summary>What a script can tell from the exit code alone. Stable.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failure = 1;
    public const int Cancelled = 2;
    public const int NeedsSignIn = 4;
    public const int Denied = 5;
    public const int Ended = 6;
    public const int WaitTimedOut = 7;
    public const int BlockedByScope = 8;
    public const int VerificationFailed = 9;
    public const int Usage = 64;
}

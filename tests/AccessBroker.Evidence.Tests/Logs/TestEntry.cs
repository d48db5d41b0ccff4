namespace AccessBroker.Evidence.Tests;

/// <summary>An entry as its writer means it; the log derives seq, prev, commit and header from it.</summary>
internal sealed record TestEntry(string Customer, EntryClass Class, long Time, Guid Id, Guid Ref, byte[] Body, byte[] Salt)
{
    /// <summary>The body was removed after it was committed to.</summary>
    public bool Erased { get; init; }

    public byte[] Header { get; set; } = [];
}

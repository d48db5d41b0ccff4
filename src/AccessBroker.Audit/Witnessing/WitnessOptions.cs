namespace AccessBroker.Audit;

/// <summary>One of <c>Log:Witnesses</c>: somebody independent who cosigns checkpoints.</summary>
public sealed class WitnessOptions
{
    /// <summary>The witness' verifier key (C2SP vkey, type 0x04), as its operator gave it. Its name is the witness' name.</summary>
    public string Key { get; set; } = "";

    /// <summary>Its submission prefix, such as <c>https://witness.example/</c>; <c>add-checkpoint</c> is appended. https off loopback.</summary>
    public string Url { get; set; } = "";
}

namespace AccessBroker.TransparencyLog;

/// <summary>A witness or a group of them (C2SP tlog-policy, "Defining a witness group").</summary>
internal interface IQuorum
{
    /// <summary>Whether these witnesses, by name, suffice.</summary>
    bool IsMet(IReadOnlySet<string> witnesses);
}

/// <summary>At least <paramref name="Threshold"/> of the members, each a witness or a group.</summary>
internal sealed record WitnessGroup(string Name, int Threshold, IReadOnlyList<IQuorum> Members) : IQuorum
{
    public bool IsMet(IReadOnlySet<string> witnesses) => Members.Count(member => member.IsMet(witnesses)) >= Threshold;

    public override string ToString() => $"{Threshold} of ({string.Join(", ", Members)})";
}

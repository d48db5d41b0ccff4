namespace AccessBroker.Access;

/// <summary>Whether what the customer approved is still what the catalogue says, field by field.</summary>
internal static class SameDefinition
{
    public static bool Target(ResolvedScope approved, TargetDefinition now) =>
        approved.Binding == now.Binding
        && approved.Upstream.AsSpan().TrimEnd('/').SequenceEqual(now.Upstream.AbsoluteUri.AsSpan().TrimEnd('/'));

    public static bool Operation(OperationDefinition approved, OperationDefinition now) =>
        ReferenceEquals(approved, now) ||
        (approved.Name == now.Name
        && approved.Sentence == now.Sentence
        && approved.Writes == now.Writes
        && approved.WebSocket == now.WebSocket
        && Lists(approved.Methods, now.Methods)
        && Lists(approved.Paths, now.Paths)
        && Lists(approved.Query, now.Query)
        && Lists(approved.SecretQuery, now.SecretQuery)
        && Lists(approved.Headers, now.Headers));

    // As sets: the approved lists are sorted, and the order in the catalogue's file has no meaning.
    private static bool Lists(IReadOnlyList<string> approved, IReadOnlyList<string> now)
    {
        if (approved.Count != now.Count)
            return false;
        for (var i = 0; i < approved.Count; i++)
        {
            if (!string.Equals(approved[i], now[i], StringComparison.Ordinal) && !Holds(now, approved[i]))
                return false;
        }

        return true;
    }

    private static bool Holds(IReadOnlyList<string> list, string value)
    {
        foreach (var item in list)
        {
            if (string.Equals(item, value, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}

namespace AccessBroker.Access;

/// <summary>A named, plain-language set of methods and path templates on a target: the unit a customer approves.</summary>
public sealed record OperationDefinition
{
    /// <summary>Such as <c>tickets.read</c>; see <see cref="Names.IsOperation"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What it lets an engineer do, in the customer's words: "See your tickets".</summary>
    public required string Sentence { get; init; }

    /// <summary>Upper-case HTTP methods, sorted ordinally, unique, never empty.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>Path templates: literal segments, <c>{name}</c> for one segment, <c>{tenant}</c>, a final <c>/**</c>. Sorted, unique, never empty.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Declared query parameters; any other is refused.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary>Of <see cref="Query"/>, those whose values never enter the log.</summary>
    public IReadOnlyList<string> SecretQuery { get; init; } = [];

    /// <summary>Request headers that the operation needs beside the usual ones, such as CalDAV's <c>Depth</c>. Sorted, unique, as the administrator spelt them.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Can change data, so an approver's "read only" removes it.</summary>
    public bool Writes { get; init; }

    /// <summary>The operation is a WebSocket: each client message is recorded before it is forwarded.</summary>
    public bool WebSocket { get; init; }
}

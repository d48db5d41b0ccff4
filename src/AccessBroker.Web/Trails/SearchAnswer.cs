using AccessBroker.Contracts;
using AccessBroker.Grants;
using AccessBroker.Web.Search;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Web.Trails;

/// <summary>A page of entries, or why there is none.</summary>
internal sealed record SearchAnswer
{
    public IReadOnlyList<SearchTerm> Terms { get; init; } = [];
    public Page<AuditEventView>? Page { get; init; }

    /// <summary>The term that cannot be understood.</summary>
    public BadTerm? Bad { get; init; }
    public Refusal? Refusal { get; init; }

    /// <summary>As a problem for programs.</summary>
    public Refusal? AsRefusal() => Bad is { } bad
        ? new Refusal(StatusCodes.Status400BadRequest, "bad-search-term", "The search cannot be understood", $"'{bad.Source}': {bad.Problem}", bad.Next,
            new Dictionary<string, string[]> { ["q"] = [$"'{bad.Source}': {bad.Problem}"] })
        : Refusal;
}

using System.Security.Cryptography;
using System.Text;
using AccessBroker.Access;
using AccessBroker.Contracts;

namespace AccessBroker.Grants;

/// <summary>What an answer grants, and the text that says so: the page shows it before the click, the approval records it.</summary>
/// <param name="Scope">As asked, or less.</param>
/// <param name="Json">The scope's canonical JSON.</param>
/// <param name="Text"><see cref="RequestWords.Consent"/>.</param>
internal sealed record ConsentTerms(ResolvedScope Scope, string Json, int Minutes, string Text)
{
    public string ScopeHash { get; } = Scopes.Hash(Json);

    /// <summary>SHA-256 of the text, lower-case hex.</summary>
    public string Shown { get; } = HashOf(Text);

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public ConsentView ToView(int version) => new(version, Minutes, [.. Scope.Operations.Select(o => o.Name)], ScopeHash, Text, Shown);
}

namespace AccessBroker.Grants;

/// <summary>Why something was not done, ready to be sent as problem details (RFC 9457).</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable, kebab-case: the last part of <see cref="Type"/>.</param>
/// <param name="Title">The same for every occurrence.</param>
/// <param name="Detail">What happened this time, in a sentence.</param>
/// <param name="Next">What the person can do now, in a sentence.</param>
/// <param name="Errors">Field as in the contract's JSON → what is wrong with it; all of them at once.</param>
public sealed record Refusal(
    int Status, string Code, string Title, string Detail, string Next, IReadOnlyDictionary<string, string[]>? Errors = null)
{
    /// <summary>The problem's type, such as <c>urn:accessbroker:problem:scope-widened</c>.</summary>
    public string Type => "urn:accessbroker:problem:" + Code;
}

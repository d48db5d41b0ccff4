namespace AccessBroker.Web.Search;

/// <summary>Answer to "who is called that?".</summary>
/// <param name="Id">As the log writes it: "D" format or <c>_system</c>; null where nobody or more than one is.</param>
internal readonly record struct PersonFound(string? Id, string Problem, string Next)
{
    public static PersonFound Is(string id) => new(id, "", "");
}

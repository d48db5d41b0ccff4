namespace AccessBroker.Web.Search;

/// <summary>What a term of the search language looks at.</summary>
public enum SearchField { Text, Customer, Actor, Grant, Ticket, Action, Method, Path, Host, Outcome, Created, Ip }

/// <summary>One term, checked: <c>-path:/orgs/acme</c>.</summary>
/// <param name="Field">What it looks at; <see cref="SearchField.Text"/> for words without a field.</param>
/// <param name="Value">Without quotes.</param>
/// <param name="Negated">Entries that match are left out.</param>
/// <param name="Source">As it was typed, for messages and chips.</param>
public sealed record SearchTerm(SearchField Field, string Value, bool Negated, string Source);

/// <summary>A term that cannot be understood.</summary>
/// <param name="Source">As it was typed.</param>
/// <param name="Problem">A sentence about it.</param>
/// <param name="Next">What to type instead.</param>
public sealed record BadTerm(string Source, string Problem, string Next);

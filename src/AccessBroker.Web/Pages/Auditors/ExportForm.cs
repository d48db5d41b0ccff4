namespace AccessBroker.Web.Pages.Auditors;

/// <summary>What to export, as typed: days as <c>2026-01-31</c>, empty for all.</summary>
public sealed record ExportForm(string Tenant, string Format, string From, string To, string Grant);

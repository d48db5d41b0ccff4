namespace AccessBroker.Web.Assets;

/// <param name="Address">Path with the content's hash in it.</param>
internal sealed record Asset(string Address, string ContentType, byte[] Content);

using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;

namespace AccessBroker.Storage;

/// <summary>
/// Data-protection keys, each element sealed whole under the key-encryption key. Sealing the secret alone would not do: data
/// protection also takes a key that was stored in the clear, so whoever can write the database could add one of their own and
/// with it make anybody's cookie.
/// </summary>
internal sealed partial class SealedKeyRepository(IXmlRepository rows, ISecretBox box, ILogger<SealedKeyRepository> logger) : IXmlRepository
{
    internal const string Purpose = "data-protection-element";

    public IReadOnlyCollection<XElement> GetAllElements() => [.. rows.GetAllElements().Select(Open).OfType<XElement>()];

    public void StoreElement(XElement element, string friendlyName)
    {
        var text = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        rows.StoreElement(new XElement("sealed", Convert.ToBase64String(box.Seal(Purpose, text))), friendlyName);
    }

    private XElement? Open(XElement row)
    {
        try
        {
            return XElement.Parse(Encoding.UTF8.GetString(box.Open(Purpose, Convert.FromBase64String(row.Value))));
        }
        catch (Exception e) when (e is CryptographicException or FormatException or XmlException)
        {
            LogNotOurs();
            return null;
        }
    }

    [LoggerMessage(2030, LogLevel.Critical, "A data-protection key in the database was not sealed by this deployment: it is not used. Somebody may have changed the database.")]
    private partial void LogNotOurs();
}

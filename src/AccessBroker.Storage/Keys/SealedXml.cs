using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace AccessBroker.Storage;

/// <summary>Data-protection keys lie in the database under the key-encryption key, so that nodes share them and a stolen database opens no cookie.</summary>
internal sealed class SealedXmlEncryptor(ISecretBox box) : IXmlEncryptor
{
    internal const string Purpose = "data-protection";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var sealedXml = box.Seal(Purpose, Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)));
        return new EncryptedXmlInfo(new XElement("sealed", Convert.ToBase64String(sealedXml)), typeof(SealedXmlDecryptor));
    }
}

/// <summary>Named in the stored XML: data protection makes it by reflection.</summary>
internal sealed class SealedXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var box = services.GetRequiredService<ISecretBox>();
        return XElement.Parse(Encoding.UTF8.GetString(box.Open(SealedXmlEncryptor.Purpose, Convert.FromBase64String(encryptedElement.Value))));
    }
}

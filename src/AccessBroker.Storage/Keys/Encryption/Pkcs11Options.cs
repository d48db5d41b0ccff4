namespace AccessBroker.Storage;

/// <summary>Configuration section <c>Keys:Pkcs11</c>: keeps the key-encryption key in a token (PKCS#11 2.40), from which it never comes out.</summary>
public sealed class Pkcs11Options
{
    /// <summary>The token's module, such as <c>/usr/lib/softhsm/libsofthsm2.so</c>. Empty: the key is in <c>Keys:Folder</c>.</summary>
    public string Module { get; set; } = "";

    /// <summary>CKA_LABEL of the token; exactly one token must have it.</summary>
    public string TokenLabel { get; set; } = "";

    /// <summary>CKA_LABEL of the key, made at the first start; a rotation adds <c>.2</c>, <c>.3</c> and so on to it.</summary>
    public string KeyLabel { get; set; } = "accessbroker";

    /// <summary>A file with the user's PIN, readable by its owner only.</summary>
    public string PinFile { get; set; } = "";

    internal bool IsConfigured => Module.Length > 0;
}

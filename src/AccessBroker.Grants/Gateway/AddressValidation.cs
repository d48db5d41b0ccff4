using Microsoft.Extensions.Options;

namespace AccessBroker.Grants;

internal sealed class AddressValidation : IValidateOptions<AddressOptions>
{
    public ValidateOptionsResult Validate(string? name, AddressOptions options)
    {
        var errors = new List<string>();
        if (!Uri.TryCreate(options.PublicUrl, UriKind.Absolute, out var portal) || portal.Scheme is not ("http" or "https") || portal.PathAndQuery != "/")
            errors.Add($"Server:PublicUrl is \"{options.PublicUrl}\"; it must be an origin such as https://access.example, without a path.");
        if (options.Gateway.HostSuffix is { } suffix && Uri.CheckHostName(suffix) != UriHostNameType.Dns)
            errors.Add($"Gateway:HostSuffix is \"{suffix}\"; it must be a host name such as gateway.example, without scheme and port.");
        if (options.Gateway.PublicScheme is not (null or "http" or "https"))
            errors.Add($"Gateway:PublicScheme is \"{options.Gateway.PublicScheme}\"; it must be http or https.");
        if (options.Gateway.PublicPort is < 1 or > 65535)
            errors.Add($"Gateway:PublicPort is {options.Gateway.PublicPort}; it must be 1–65535.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

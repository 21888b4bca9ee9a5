# 把旬报程序登记到 Windows 任务计划：开机自动运行，出错一分钟后重来。
# 用法：以管理员身份打开 PowerShell，进到程序所在目录，运行：
#   powershell -ExecutionPolicy Bypass -File deploy\xunbao-task.ps1
# 事先：运行过一次 python scripts\demo.py（它会建好 .venv）；config.toml 里用 password_file 放授权码（任务看不到个人的环境变量）。
# 停用：Unregister-ScheduledTask -TaskName xunbao

$ErrorActionPreference = "Stop"
$folder = Split-Path -Parent $PSScriptRoot
$program = Join-Path $folder ".venv\Scripts\xunbao.exe"
if (-not (Test-Path $program)) { throw "没有找到 $program，请先运行 python scripts\demo.py" }

# 一直运行（run）。不想一直开着，可改成 once，再把触发器换成每 10 分钟一次。
$action = New-ScheduledTaskAction -Execute $program -Argument "run --config config.toml" -WorkingDirectory $folder
$trigger = New-ScheduledTaskTrigger -AtStartup
$settings = New-ScheduledTaskSettingsSet -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) `
    -ExecutionTimeLimit ([TimeSpan]::Zero) -StartWhenAvailable -MultipleInstances IgnoreNew
# “本地服务”账户权限最小；请让它能读写程序所在目录。
icacls $folder /grant "*S-1-5-19:(OI)(CI)M" | Out-Null
$account = New-ScheduledTaskPrincipal -UserId "NT AUTHORITY\LOCAL SERVICE" -LogonType ServiceAccount
Register-ScheduledTask -TaskName "xunbao" -Action $action -Trigger $trigger -Settings $settings -Principal $account -Force
Start-ScheduledTask -TaskName "xunbao"

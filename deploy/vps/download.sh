# shellcheck shell=bash
# download NAME: the path of a pinned file, checked, on standard output. Sourced by provision.sh and runner.sh.
#
# Needs: $here (this folder) and $from (a folder of files already downloaded, or empty).
: "${here:?}" "${from?}"

downloads=/var/cache/calculator
own_sums=/etc/calculator/sums

architecture() {
	case $(uname -m) in
	x86_64) echo amd64 ;;
	aarch64) echo arm64 ;;
	*)
		echo "$(uname -m): faasd needs amd64 or arm64" >&2
		return 1
		;;
	esac
}

download() {
	local name=$1 arch line sum address file
	arch=$(architecture)
	line=$(awk -v n="$name" -v a="$arch" '$1 == n && $2 == a { print $3, $4 }' "$here/downloads.txt")
	read -r sum address <<<"$line"
	[ -n "$address" ] || {
		echo "downloads.txt: no line for $name on $arch" >&2
		return 1
	}
	if [ "$sum" = - ]; then
		sum=
		[ ! -e "$own_sums" ] || sum=$(awk -v n="$name" -v a="$arch" '$2 == n && $3 == a { print $1 }' "$own_sums")
	fi
	if ! [[ $sum =~ ^[0-9a-f]{64}$ ]]; then
		echo "$name: no SHA-256 is known for $address: not downloaded. Check the file and write its sum as '<SHA-256>  $name  $arch' to $own_sums (see README.md)" >&2
		return 1
	fi
	file=$downloads/$sum
	if [ -n "$from" ]; then
		file=$from/${address##*/}
		[ -e "$file" ] || {
			echo "$file: not there (--from); it is $address" >&2
			return 1
		}
	elif ! check "$sum" "$file" 2>/dev/null; then
		mkdir -p "$downloads"
		curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$file.part" "$address" || return 1
		mv "$file.part" "$file"
	fi
	check "$sum" "$file" || {
		echo "$file: not the pinned file (SHA-256 $sum): $address" >&2
		[ -n "$from" ] || rm -f "$file"
		return 1
	}
	echo "$file"
}

check() {
	echo "$1  $2" | sha256sum --check --status -
}
